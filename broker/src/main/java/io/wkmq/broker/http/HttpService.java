package io.wkmq.broker.http;

/** Answers the requests of one server. Thread-safe. */
@FunctionalInterface
public interface HttpService {
    /** Answers a request, now or later, from any thread. Called on the event loop: must not block. */
    void serve(Request request, Reply reply);
}
