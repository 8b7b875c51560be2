#include "discern_kernels.h"
