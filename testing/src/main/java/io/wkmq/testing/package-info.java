/**
 * Support shared by the tests of all modules: a manual clock, waiting with deadlines, and, in subpackages, an independent MQTT client and
 * simulations.
 */
@NullMarked
package io.wkmq.testing;

import org.jspecify.annotations.NullMarked;
