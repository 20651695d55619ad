/** Discovery by the addresses of a DNS name. */
@NullMarked
package io.wkmq.cluster.discovery.dns;

import org.jspecify.annotations.NullMarked;
