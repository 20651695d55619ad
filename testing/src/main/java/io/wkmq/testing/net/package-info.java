/** A lab of hosts on one machine: network namespaces behind a bridge whose links can be cut, and access for clients to each host. */
@NullMarked
package io.wkmq.testing.net;

import org.jspecify.annotations.NullMarked;
