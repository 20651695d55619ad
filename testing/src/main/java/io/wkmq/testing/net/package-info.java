/** Hosts on one machine: network namespaces behind a bridge, whose links can be cut, and a door for clients into one. */
@NullMarked
package io.wkmq.testing.net;

import org.jspecify.annotations.NullMarked;
