/* lanes.c - keeping linear machines side by side. */
#include "svm/lanes.h"

#include <string.h>

#include "base/alloc.h"
#include "base/status.h"

bool narr_lanes_init(narr_lanes *lanes, size_t count, size_t column_count) {
  *lanes = (narr_lanes){.count = count, .column_count = column_count};
  lanes->weights = narr_alloc_spread(column_count, NARR_LANES * sizeof *lanes->weights);
  return lanes->weights != NULL;
}

void narr_lanes_free(narr_lanes *lanes) {
  narr_free(lanes->weights);
  *lanes = (narr_lanes){0};
}

void narr_lanes_margins(const narr_lanes *lanes, const narr_matrix *matrix, size_t row,
                        double margins[NARR_LANES]) {
  float sums[NARR_LANES];
  narr_lanes_dot(lanes->weights, matrix, row, sums);
  for (size_t l = 0; l < NARR_LANES; l++) margins[l] = (double)sums[l] + lanes->bias[l];
}

narr_status narr_lanes_machine(narr_machine *out, const narr_lanes *lanes, size_t lane,
                               narr_error *error) {
  *out = (narr_machine)NARR_MACHINE_INIT;
  out->weights = narr_alloc(lanes->column_count, sizeof *out->weights);
  if (!out->weights) return narr_fail_memory(error);
  for (size_t c = 0; c < lanes->column_count; c++)
    out->weights[c] = (double)lanes->weights[c * NARR_LANES + lane];
  out->bias = lanes->bias[lane];
  out->iterations = lanes->iterations[lane];
  out->objective = lanes->objective[lane];
  return NARR_OK;
}
