/** The node's management over HTTP: the server, and the pages for metrics and health. */
@NullMarked
package io.wkmq.broker.http;

import org.jspecify.annotations.NullMarked;
