/**
 * Discovery of addresses where other nodes may be met: strategies that search repeatedly, and the file of nodes met before. Which
 * nodes are really present is determined by {@code cluster.membership}.
 */
@NullMarked
package io.wkmq.cluster.discovery;

import org.jspecify.annotations.NullMarked;
