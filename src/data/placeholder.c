extern int narr_placeholder;
