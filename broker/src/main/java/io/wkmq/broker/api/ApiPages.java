package io.wkmq.broker.api;

import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.Request;

/** Routes and answers authorized requests. Thread-safe; may block. */
interface ApiPages {
    /**
     * Answers a request.
     *
     * @throws ApiException if it cannot be answered as requested
     * @throws IllegalArgumentException if it is invalid; the message says what is expected
     */
    void route(Request request, Reply reply) throws ApiException;
}
