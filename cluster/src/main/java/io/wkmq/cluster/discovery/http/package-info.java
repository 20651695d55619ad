/** HTTP support for strategies: bounded calls, JSON, TLS from PEM files. */
@NullMarked
package io.wkmq.cluster.discovery.http;

import org.jspecify.annotations.NullMarked;
