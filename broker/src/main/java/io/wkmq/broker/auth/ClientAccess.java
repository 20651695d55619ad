package io.wkmq.broker.auth;

import io.wkmq.broker.auth.AccessDecision.Decided;
import io.wkmq.broker.plugin.Hooks;
import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The access rights of one connected client. Confined to the client's event loop. Caches decisions about publishing, including
 * denials, so that the next message to the same topic costs only nanoseconds; subscriptions are checked each time.
 */
public final class ClientAccess {
    private final AccessControl control;
    private final ClientInfo client;
    private final Executor loop;
    private final @Nullable PublishCache cache;

    ClientAccess(AccessControl control, ClientInfo client, Executor loop, @Nullable PublishCache cache) {
        this.control = control;
        this.client = client;
        this.loop = loop;
        this.cache = cache;
    }

    /** Returns the client. */
    public ClientInfo client() {
        return client;
    }

    /**
     * Decides whether the client may publish this message, now or as its will. The topic is the client's, without mountpoint.
     */
    public AccessDecision publish(TopicName topic, Qos qos, boolean retain) {
        if (client.superuser()) {
            return Decided.ALLOWED;
        }
        Hooks hooks = control.hooks();
        if (cache != null) {
            Decided known = cache.find(hooks, control.tick(), topic, qos, retain);
            if (known != null) {
                if (known == Decided.DENIED) {
                    control.countDeniedPublish();
                }
                return known;
            }
        }
        return ask(hooks, new AccessRequest.Publish(topic, qos, retain), decision -> {
            if (cache != null) {
                cache.put(hooks, control.tick(), topic, qos, retain, decision);
            }
            if (decision == Decided.DENIED) {
                control.countDeniedPublish();
            }
        });
    }

    /** Decides whether the client may subscribe. For a shared subscription the authorizers see both group and filter. */
    public AccessDecision subscribe(SubscriptionFilter filter, Qos qos) {
        if (client.superuser()) {
            return Decided.ALLOWED;
        }
        return ask(control.hooks(), new AccessRequest.Subscribe(filter, qos), decision -> {
            if (decision == Decided.DENIED) {
                control.countDeniedSubscribe();
            }
        });
    }

    private AccessDecision ask(Hooks hooks, AccessRequest request, Consumer<Decided> note) {
        CompletableFuture<Authorization> answer = Chain.firstAnswer(
                hooks.authorizers().iterator(),
                authorizer -> authorizer.authorize(client, request),
                Authorization.IGNORE);
        if (answer.isDone()) {
            Decided decision = control.decide(answer.join());
            note.accept(decision);
            return decision;
        }
        return new AccessDecision.Pending(answer.thenApplyAsync(
                late -> {
                    Decided decision = control.decide(late);
                    note.accept(decision);
                    return decision;
                },
                loop));
    }
}
