/* test_svm_threads.c - many machines learned side by side from one matrix
 * are those learned one after the other. */
#include "support/svm_random.h"

#include "base/parallel.h"
#include "svm/libsvm_adapter.h"
#include "svm/linear_solver.h"

#define TASKS 24
#define FOLDS 4

/* Task t leaves out fold t % FOLDS, and uses one solver or the other. */
typedef struct crew {
  const svm_random *data;
  const narr_libsvm_data *prepared;
  narr_problem problem;
  size_t *fold_rows[FOLDS];
  size_t fold_sizes[FOLDS];
  narr_machine machines[TASKS];
} crew;

static int learn(void *context, size_t index, unsigned worker) {
  (void)worker;
  crew *self = context;
  narr_problem problem = self->problem;
  problem.rows = self->fold_rows[index % FOLDS];
  problem.row_count = self->fold_sizes[index % FOLDS];
  problem.seed = index;
  problem.C = 1 + (double)(index / 8);
  narr_machine *out = &self->machines[index];
  if (index % 3 == 0) return (int)narr_libsvm_train(out, self->prepared, &problem, 1 << 20, NULL);
  narr_loss loss = index % 3 == 1 ? NARR_LOSS_HINGE : NARR_LOSS_SQUARED_HINGE;
  return (int)narr_linear_train(out, &problem, loss, 0, NULL);
}

static void crew_run(crew *self, const svm_random *data, unsigned jobs) {
  narr_libsvm_data *prepared;
  *self = (crew){.data = data, .problem = svm_random_problem(data, NARR_KERNEL_LINEAR)};
  assert_int_equal(
      narr_libsvm_data_new(&prepared, &data->matrix, &self->problem.kernel, jobs, NULL), NARR_OK);
  self->prepared = prepared;
  for (size_t f = 0; f < FOLDS; f++) {
    self->fold_rows[f] = narr_alloc(data->row_count, sizeof(size_t));
    assert_non_null(self->fold_rows[f]);
    for (size_t row = 0; row < data->row_count; row++)
      if (row % FOLDS != f) self->fold_rows[f][self->fold_sizes[f]++] = row;
  }
  assert_int_equal(narr_parallel(TASKS, jobs, learn, self, NULL, NULL), 0);
  for (size_t f = 0; f < FOLDS; f++) narr_free(self->fold_rows[f]);
  narr_libsvm_data_free(prepared);
}

static void compare_jobs(size_t empty_rows) {
  svm_random data = svm_random_new(120, empty_rows, 150, 20, 0.3, 31);
  crew *serial = narr_alloc(1, sizeof *serial);
  crew *parallel = narr_alloc(1, sizeof *parallel);
  assert_true(serial && parallel);
  crew_run(serial, &data, 1);
  crew_run(parallel, &data, 4);
  for (size_t t = 0; t < TASKS; t++) {
    assert_true(
        svm_same_machine(&serial->machines[t], &parallel->machines[t], data.matrix.column_count));
    narr_machine_free(&serial->machines[t]);
    narr_machine_free(&parallel->machines[t]);
  }
  narr_free(serial);
  narr_free(parallel);
  svm_random_free(&data);
}

static void parallel_is_serial_with_the_kernel_matrix(void **state) {
  (void)state;
  compare_jobs(1);
}

static void parallel_is_serial_with_sparse_nodes(void **state) {
  (void)state;
  compare_jobs(NARR_LIBSVM_GRAM_ROWS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parallel_is_serial_with_the_kernel_matrix),
      cmocka_unit_test(parallel_is_serial_with_sparse_nodes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
