#include "cgrok.h"
