/** Clusters whose nodes are on hosts of their own, while links are cut and nodes die. Only run by {@code -P lab}. */
@NullMarked
package io.wkmq.dist.lab;

import org.jspecify.annotations.NullMarked;
