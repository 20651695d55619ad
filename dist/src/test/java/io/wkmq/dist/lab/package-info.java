/** Clusters whose nodes are on separate hosts, while links are cut and nodes die. Run only with {@code -P lab}. */
@NullMarked
package io.wkmq.dist.lab;

import org.jspecify.annotations.NullMarked;
