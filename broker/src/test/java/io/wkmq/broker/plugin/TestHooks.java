package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Registers hooks without a plugin. */
public final class TestHooks {
    private TestHooks() {}

    /** Adds authenticators. */
    public static void authenticators(HookRegistry registry, Authenticator... authenticators) {
        registry.add(owner(registry), new Hooks(List.of(authenticators), Map.of(), List.of(), List.of(), Map.of()));
    }

    /** Adds an authenticator with one answer. */
    public static void authenticator(HookRegistry registry, AuthenticationResult result) {
        authenticators(registry, (client, credentials) -> result.now());
    }

    /** Adds authorizers. */
    public static void authorizers(HookRegistry registry, Authorizer... authorizers) {
        registry.add(owner(registry), new Hooks(List.of(), Map.of(), List.of(authorizers), List.of(), Map.of()));
    }

    /** Adds an authorizer that answers at once. */
    public static void authorizer(
            HookRegistry registry, BiFunction<ClientInfo, AccessRequest, Authorization> authorizer) {
        authorizers(
                registry, (client, request) -> authorizer.apply(client, request).now());
    }

    /** Adds an authentication method. */
    public static void method(HookRegistry registry, EnhancedAuthenticator method) {
        registry.add(
                owner(registry), new Hooks(List.of(), Map.of(method.method(), method), List.of(), List.of(), Map.of()));
    }

    /** As if a plugin had called authorizationChanged. */
    public static void changed(HookRegistry registry) {
        registry.changed();
    }

    private static String owner(HookRegistry registry) {
        Hooks hooks = registry.current();
        return "test-" + hooks.authenticators().size() + "-"
                + hooks.authorizers().size() + "-" + hooks.methods().size();
    }
}
