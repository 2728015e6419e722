/* libsvm_adapter.c - from matrices to libsvm's nodes, from its models to
 * machines.
 *
 * libsvm's own probabilities and cross-validation draw from the C library's
 * global random numbers, and its model loader crashes on damaged files:
 * nothing but svm_train() is used. */
#include "svm/libsvm_adapter.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <libsvm/svm.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "svm/gram.h"

#define MIRROR_TILE 64
#define MEBIBYTE 1048576.0

/* `nodes` holds either the kernel matrix (gram), or the matrix itself. In
 * the first case row i is `row_count` + 1 nodes: the serial number i + 1 and
 * the kernel with every row, which libsvm finds by their serial numbers. So
 * a problem about some of the rows simply points to them. */
struct narr_libsvm_data {
  const narr_matrix *matrix;
  narr_kernel_params kernel;
  bool gram;
  struct svm_node *nodes;
};

static struct svm_node *row_nodes(const narr_libsvm_data *data, size_t row) {
  if (data->gram) return data->nodes + row * (data->matrix->row_count + 1);
  return data->nodes + data->matrix->starts[row] + row; /* each row has an end mark */
}

static double gram_value(const narr_libsvm_data *data, size_t x, size_t y) {
  return row_nodes(data, x)[y + 1].value;
}

static void store_gram_row(void *context, size_t row, const double *kernel) {
  const narr_libsvm_data *data = context;
  struct svm_node *nodes = row_nodes(data, row);
  nodes[0] = (struct svm_node){0, (double)(row + 1)};
  for (size_t j = row; j < data->matrix->row_count; j++)
    nodes[j + 1] = (struct svm_node){(int)(j + 1), kernel[j]};
}

/* Copies the upper triangle into a band of rows of the lower one, in tiles
 * that fit into the processor's cache. */
static int mirror_band(void *context, size_t index, unsigned worker) {
  (void)worker;
  const narr_libsvm_data *data = context;
  size_t begin = index * MIRROR_TILE;
  size_t end = begin + MIRROR_TILE;
  if (end > data->matrix->row_count) end = data->matrix->row_count;
  for (size_t tile = 0; tile < end; tile += MIRROR_TILE) {
    for (size_t i = begin; i < end; i++) {
      struct svm_node *nodes = row_nodes(data, i);
      for (size_t j = tile; j < tile + MIRROR_TILE && j < i; j++)
        nodes[j + 1] = (struct svm_node){(int)(j + 1), gram_value(data, j, i)};
    }
  }
  return 0;
}

static narr_status fill_gram(narr_libsvm_data *data, unsigned jobs, narr_error *error) {
  size_t count = data->matrix->row_count;
  data->nodes = narr_alloc(count * (count + 1), sizeof *data->nodes);
  if (!data->nodes) return narr_fail_memory(error);
  /* For each row of its cache libsvm looks at the serial numbers of all rows,
   * which lie far apart. */
  narr_wish_large_pages(data->nodes, count * (count + 1) * sizeof *data->nodes);
  narr_status status = narr_gram(data->matrix, &data->kernel, jobs, store_gram_row, data, error);
  if (status) return status;
  size_t bands = (count + MIRROR_TILE - 1) / MIRROR_TILE;
  narr_parallel(bands, narr_jobs(jobs), mirror_band, data, NULL, NULL);
  return NARR_OK;
}

static narr_status fill_sparse(narr_libsvm_data *data, narr_error *error) {
  const narr_matrix *matrix = data->matrix;
  size_t entries = matrix->starts[matrix->row_count];
  data->nodes = narr_alloc(entries + matrix->row_count, sizeof *data->nodes);
  if (!data->nodes) return narr_fail_memory(error);
  struct svm_node *node = data->nodes;
  for (size_t row = 0; row < matrix->row_count; row++) {
    for (size_t e = matrix->starts[row]; e < matrix->starts[row + 1]; e++)
      *node++ = (struct svm_node){(int)matrix->columns[e] + 1, (double)matrix->values[e]};
    *node++ = (struct svm_node){-1, 0};
  }
  return NARR_OK;
}

narr_status narr_libsvm_data_new(narr_libsvm_data **out, const narr_matrix *matrix,
                                 const narr_kernel_params *kernel, unsigned jobs,
                                 narr_error *error) {
  *out = NULL;
  if (matrix->row_count == 0)
    return narr_fail(error, NARR_ERROR_INPUT, "there are no rows to learn from");
  if (matrix->row_count >= INT_MAX || matrix->column_count >= INT_MAX)
    return narr_fail(error, NARR_ERROR_INPUT, "too many rows or terms for libsvm: %zu x %zu",
                     matrix->row_count, matrix->column_count);
  narr_libsvm_data *data = narr_alloc_zero(1, sizeof *data);
  if (!data) return narr_fail_memory(error);
  data->matrix = matrix;
  data->kernel = *kernel;
  data->gram = matrix->row_count <= NARR_LIBSVM_GRAM_ROWS;
  narr_status status = data->gram ? fill_gram(data, jobs, error) : fill_sparse(data, error);
  if (status) {
    narr_libsvm_data_free(data);
    return status;
  }
  *out = data;
  return NARR_OK;
}

void narr_libsvm_data_free(narr_libsvm_data *data) {
  if (!data) return;
  narr_free(data->nodes);
  narr_free(data);
}

static void print_nothing(const char *string) {
  (void)string;
}

static void silence_libsvm(void) {
  svm_set_print_string_function(print_nothing);
}

static int libsvm_kernel(const narr_libsvm_data *data) {
  if (data->gram) return PRECOMPUTED;
  switch (data->kernel.kind) {
    case NARR_KERNEL_LINEAR: return LINEAR;
    case NARR_KERNEL_POLY: return POLY;
    case NARR_KERNEL_RBF: return RBF;
    case NARR_KERNEL_SIGMOID: return SIGMOID;
  }
  return LINEAR;
}

typedef struct support_row {
  size_t row;
  double coefficient;
} support_row;

static int compare_support(const void *x, const void *y) {
  size_t row_x = ((const support_row *)x)->row;
  size_t row_y = ((const support_row *)y)->row;
  return (row_x > row_y) - (row_x < row_y);
}

/* The support rows in rising order. Which class libsvm calls the first, and
 * so gives positive coefficients, depends on its version. */
static support_row *sorted_support(const struct svm_model *model, const narr_problem *problem) {
  size_t count = (size_t)model->l;
  support_row *support = narr_alloc(count, sizeof *support);
  if (!support) return NULL;
  double sign = model->label[0] > 0 ? 1 : -1;
  for (size_t s = 0; s < count; s++) {
    size_t position = (size_t)model->sv_indices[s] - 1;
    support[s] = (support_row){problem->rows[position], sign * model->sv_coef[0][s]};
  }
  qsort(support, count, sizeof *support, compare_support);
  return support;
}

static bool fold(narr_machine *out, const support_row *support, size_t count,
                 const narr_matrix *matrix) {
  out->weights = narr_alloc_zero(matrix->column_count, sizeof *out->weights);
  if (!out->weights) return false;
  for (size_t s = 0; s < count; s++)
    narr_row_add(matrix, support[s].row, support[s].coefficient, out->weights);
  return true;
}

static bool keep(narr_machine *out, const support_row *support, size_t count) {
  out->support = narr_alloc(count, sizeof *out->support);
  out->coefficients = narr_alloc(count, sizeof *out->coefficients);
  if (!out->support || !out->coefficients) return false;
  out->support_count = count;
  for (size_t s = 0; s < count; s++) {
    out->support[s] = support[s].row;
    out->coefficients[s] = support[s].coefficient;
  }
  return true;
}

/* 1/2 |w|^2 - sum of alphas, w being without bias; 0 where |w|^2 would take
 * too long. */
static double dual_objective(const narr_machine *machine, const narr_libsvm_data *data,
                             const support_row *support, size_t count) {
  double norm = 0;
  if (!machine->weights && !data->gram) return 0;
  for (size_t c = 0; machine->weights && c < data->matrix->column_count; c++)
    norm += machine->weights[c] * machine->weights[c];
  for (size_t s = 0; !machine->weights && s < count; s++) {
    double sum = 0;
    for (size_t t = 0; t < count; t++)
      sum += support[t].coefficient * gram_value(data, support[s].row, support[t].row);
    norm += support[s].coefficient * sum;
  }
  double alphas = 0;
  for (size_t s = 0; s < count; s++) alphas += fabs(support[s].coefficient);
  return norm / 2 - alphas;
}

static narr_status extract(narr_machine *out, const struct svm_model *model,
                           const narr_libsvm_data *data, const narr_problem *problem,
                           narr_error *error) {
  size_t count = (size_t)model->l;
  support_row *support = sorted_support(model, problem);
  if (!support) return narr_fail_memory(error);
  narr_status status = NARR_OK;
  bool linear = data->kernel.kind == NARR_KERNEL_LINEAR;
  out->bias = model->label[0] > 0 ? -model->rho[0] : model->rho[0];
  if (linear ? !fold(out, support, count, data->matrix) : !keep(out, support, count)) {
    status = narr_fail_memory(error);
    goto out;
  }
  out->objective = dual_objective(out, data, support, count);
  if (!isfinite(out->bias) || !isfinite(out->objective))
    status = narr_fail(error, NARR_ERROR_INPUT,
                       "learning gave no finite numbers: are the kernel's parameters too large?");
out:
  narr_free(support);
  return status;
}

static bool same_kernel(const narr_kernel_params *x, const narr_kernel_params *y) {
  return x->kind == y->kind && x->gamma == y->gamma && x->coef0 == y->coef0 &&
         x->degree == y->degree;
}

static narr_status check(const narr_libsvm_data *data, const narr_problem *problem,
                         narr_error *error) {
  if (problem->matrix != data->matrix || !same_kernel(&problem->kernel, &data->kernel))
    return narr_fail(error, NARR_ERROR_ARGUMENT,
                     "the problem is not about the matrix and kernel that were prepared");
  if (problem->weights) return narr_fail(error, NARR_ERROR_ARGUMENT, "libsvm has no row weights");
  if (problem->row_count > data->matrix->row_count)
    return narr_fail(error, NARR_ERROR_ARGUMENT, "more rows than the matrix has");
  return narr_problem_check(problem, error);
}

static narr_status train(narr_machine *out, const narr_libsvm_data *data,
                         const narr_problem *problem, const struct svm_problem *rows,
                         size_t cache_bytes, narr_error *error) {
  static pthread_once_t silenced = PTHREAD_ONCE_INIT;
  pthread_once(&silenced, silence_libsvm);
  int labels[2] = {1, -1};
  double factors[2] = {problem->positive_weight, problem->negative_weight};
  struct svm_parameter parameter = {
      .svm_type = C_SVC,
      .kernel_type = libsvm_kernel(data),
      .degree = problem->kernel.degree,
      .gamma = problem->kernel.gamma,
      .coef0 = problem->kernel.coef0,
      .cache_size = fmax((double)cache_bytes / MEBIBYTE, 1),
      .eps = problem->tolerance,
      .C = problem->C,
      .nr_weight = 2,
      .weight_label = labels,
      .weight = factors,
      .shrinking = 1,
  };
  const char *complaint = svm_check_parameter(rows, &parameter);
  if (complaint) return narr_fail(error, NARR_ERROR_ARGUMENT, "libsvm: %s", complaint);
  struct svm_model *model = svm_train(rows, &parameter);
  narr_status status = extract(out, model, data, problem, error);
  svm_free_and_destroy_model(&model);
  return status;
}

narr_status narr_libsvm_train(narr_machine *out, const narr_libsvm_data *data,
                              const narr_problem *problem, size_t cache_bytes, narr_error *error) {
  *out = (narr_machine)NARR_MACHINE_INIT;
  narr_status status = check(data, problem, error);
  if (status) return status;
  struct svm_problem rows = {.l = (int)problem->row_count};
  rows.x = narr_alloc(problem->row_count, sizeof *rows.x);
  rows.y = narr_alloc(problem->row_count, sizeof *rows.y);
  if (!rows.x || !rows.y) {
    status = narr_fail_memory(error);
    goto out;
  }
  for (size_t k = 0; k < problem->row_count; k++) {
    rows.x[k] = row_nodes(data, problem->rows[k]);
    rows.y[k] = problem->targets[problem->rows[k]];
  }
  status = train(out, data, problem, &rows, cache_bytes, error);
  if (status) narr_machine_free(out);
out:
  narr_free(rows.y);
  narr_free(rows.x);
  return status;
}

double narr_libsvm_margin(const narr_libsvm_data *data, const narr_machine *machine, size_t row) {
  if (machine->weights || !data->gram)
    return narr_machine_margin(machine, &data->kernel, data->matrix, row);
  double sum = 0;
  for (size_t s = 0; s < machine->support_count; s++)
    sum += machine->coefficients[s] * gram_value(data, row, machine->support[s]);
  return machine->bias + sum;
}
