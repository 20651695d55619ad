package io.wkmq.broker.http;

import java.time.Duration;

/**
 * What one server takes.
 *
 * @param connectionsMax open connections; further ones are closed at once
 * @param requestBytesMax size of a request's body; a larger one is answered with 413
 * @param requestTime until a request has to be here completely, from the beginning of its connection
 * @param writeTime until a client has to have read what was written; then its connection is closed
 */
public record HttpLimits(int connectionsMax, int requestBytesMax, Duration requestTime, Duration writeTime) {}
