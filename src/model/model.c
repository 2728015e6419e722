/* being written */
extern int narr_placeholder;
