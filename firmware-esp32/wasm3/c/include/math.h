/* For targets without a C library: Rust's compiler_builtins has the functions. */
#ifndef WASM3_ENGINE_MATH_H
#define WASM3_ENGINE_MATH_H

double ceil (double x);
double copysign (double x, double sign);
double fabs (double x);
double floor (double x);
double rint (double x);
double sqrt (double x);
double trunc (double x);
float ceilf (float x);
float copysignf (float x, float sign);
float fabsf (float x);
float floorf (float x);
float rintf (float x);
float sqrtf (float x);
float truncf (float x);

#define isnan(x) __builtin_isnan (x)
#define signbit(x) __builtin_signbit (x)
#define INFINITY (__builtin_inff ())
#define NAN (__builtin_nanf (""))

#endif
