package io.wkmq.plugins.api;

import java.util.concurrent.CompletionStage;

/**
 * Decides whether a client may publish to a topic or subscribe to a filter. The authorizers of all plugins form a chain: the
 * first decision other than {@link Authorization#IGNORE} counts; if there is none, {@code mqtt.acl_nomatch} decides. Superusers
 * are not subject to authorization. The broker caches decisions about publishing for a while; see
 * {@link PluginContext#authorizationChanged}.
 *
 * <p>If there is no answer in time ({@code plugin.<name>.timeout}) or the call fails, the request is denied. Implementations
 * must be thread-safe.
 */
@FunctionalInterface
public interface Authorizer {
    /** Decides about one request. The stage may complete on any thread; see {@link Authorization#now}. */
    CompletionStage<Authorization> authorize(ClientInfo client, AccessRequest request);

    /** Returns whether {@link #authorize} may be called inline; see {@link Authenticator#inline}. */
    default boolean inline() {
        return false;
    }
}
