/**
 * The history of what a cluster's clients observed while links and nodes failed, and judges of whether they got what they were promised.
 */
@NullMarked
package io.wkmq.testing.history;

import org.jspecify.annotations.NullMarked;
