/** What strategies need that ask servers over HTTP: bounded calls, JSON, TLS from PEM files. */
@NullMarked
package io.wkmq.cluster.discovery.http;

import org.jspecify.annotations.NullMarked;
