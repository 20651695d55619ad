/** Discovery by multicast beacons. */
@NullMarked
package io.wkmq.cluster.discovery.mcast;

import org.jspecify.annotations.NullMarked;
