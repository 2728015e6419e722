/* model_fixture.h - one tiny model for all tests of a program: the group's set_up and
 * tear_down. */
#ifndef TEST_SUPPORT_MODEL_FIXTURE_H
#define TEST_SUPPORT_MODEL_FIXTURE_H

#include "support/stream_run.h"

static narr_model *model;

static int set_up(void **state) {
  (void)state;
  model = tiny_model();
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  narr_model_free(model);
  return 0;
}

#endif
