package io.wkmq.broker.api;

import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.Request;

/** Answers those requests whose senders may ask. Thread-safe; may block. */
interface ApiPages {
    /**
     * Answers a request.
     *
     * @throws ApiException if it cannot be answered as its sender wants it
     * @throws IllegalArgumentException if it makes no sense, with what is expected
     */
    void route(Request request, Reply reply) throws ApiException;
}
