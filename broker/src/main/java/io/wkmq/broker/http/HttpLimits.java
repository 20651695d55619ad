package io.wkmq.broker.http;

import java.time.Duration;

/**
 * The limits of one server.
 *
 * @param connectionsMax most open connections; further ones are closed at once
 * @param requestBytesMax most bytes of a request's body; a larger one is answered with 413
 * @param requestTime time limit for receiving the whole request, from the start of the connection
 * @param writeTime time limit for a client to read what was written; its connection is closed after that
 */
public record HttpLimits(int connectionsMax, int requestBytesMax, Duration requestTime, Duration writeTime) {}
