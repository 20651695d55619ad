package io.wkmq.plugins.api;

import java.util.concurrent.CompletionStage;

/**
 * Says whether a client may publish to a topic or subscribe to a filter. The authorizers of all plugins form a chain: the first
 * that does not answer {@link Authorization#IGNORE} decides; if none does {@code mqtt.acl_nomatch} decides. Superusers are not
 * asked about. The broker remembers decisions about publishing for a while; see {@link PluginContext#authorizationChanged}.
 *
 * <p>If the answer does not come in time ({@code plugin.<name>.timeout}) or the call fails the request is denied. Thread-safe.
 */
@FunctionalInterface
public interface Authorizer {
    /** Judges one request. The stage may complete on any thread; see {@link Authorization#now}. */
    CompletionStage<Authorization> authorize(ClientInfo client, AccessRequest request);

    /** As {@link Authenticator#inline}. */
    default boolean inline() {
        return false;
    }
}
