package io.wkmq.broker.api;

import io.wkmq.broker.http.Reply;
import io.wkmq.broker.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Sends the API's responses as JSON, errors included. Stateless. */
final class JsonReplies {
    private JsonReplies() {}

    static void refuseMethod(Request request, Reply reply, String allowed) {
        String why = "The method is " + request.method() + "; expected " + allowed;
        send(reply, 405, ErrorJson.of("METHOD_NOT_ALLOWED", why), Map.of("Allow", allowed));
    }

    static void fail(Reply reply, ApiException failure) {
        send(reply, failure.status(), ErrorJson.of(failure.code(), failure.text()));
    }

    static void send(Reply reply, int status, String json) {
        send(reply, status, json, Map.of());
    }

    static void send(Reply reply, int status, String json, Map<String, String> headers) {
        byte[] body = json.isEmpty() ? new byte[0] : (json + '\n').getBytes(StandardCharsets.UTF_8);
        reply.send(status, "application/json", body, headers);
    }
}
