package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Restores the stored sessions to their shards when a node starts. Reads on the caller's thread; then every shard adds its
 * sessions, and only when all have done so do absences continue, so that a will that is due finds all its subscribers.
 */
final class Restoration implements SessionStore.Restored {
    private final List<List<Kept>> byShard = new ArrayList<>();
    private final ToIntFunction<String> shardOf;
    private @Nullable Kept last;

    Restoration(int shards, ToIntFunction<String> shardOf) {
        this.shardOf = shardOf;
        for (int i = 0; i < shards; i++) {
            byShard.add(new ArrayList<>());
        }
    }

    private static final class Kept {
        private final StoredSession stored;
        private final List<SubscribeRequest> subscriptions = new ArrayList<>();
        private final List<SessionStore.StoredDelivery> deliveries = new ArrayList<>();
        private final List<Integer> awaitingRelease = new ArrayList<>();
        private @Nullable Session session;

        Kept(StoredSession stored) {
            this.stored = stored;
        }
    }

    @Override
    public void session(StoredSession session) {
        last = new Kept(session);
        byShard.get(shardOf.applyAsInt(session.clientId())).add(last);
    }

    @Override
    public void subscription(SubscriptionFilter filter, SubscriptionOptions options) {
        last().subscriptions.add(new SubscribeRequest(filter, options));
    }

    @Override
    public void delivery(SessionStore.StoredDelivery delivery) {
        last().deliveries.add(delivery);
    }

    @Override
    public void awaitingRelease(int packetId) {
        last().awaitingRelease.add(packetId);
    }

    private Kept last() {
        if (last == null) {
            throw new IllegalStateException("The session store gave a part of a session before any session");
        }
        return last;
    }

    CompletionStage<Void> finish(Shard[] shards) {
        return onAll(shards, this::takeIn).thenCompose(done -> onAll(shards, this::goOn));
    }

    private static CompletionStage<Void> onAll(Shard[] shards, Consumer<Shard> step) {
        CompletableFuture<Void> all = new CompletableFuture<>();
        AtomicInteger left = new AtomicInteger(shards.length);
        for (Shard shard : shards) {
            shard.mailbox().post(() -> {
                try {
                    step.accept(shard);
                } catch (RuntimeException e) {
                    all.completeExceptionally(e);
                    throw e;
                }
                if (left.decrementAndGet() == 0) {
                    all.complete(null);
                }
            });
        }
        return all;
    }

    private void takeIn(Shard shard) {
        for (Kept kept : byShard.get(shard.index())) {
            StoredSession stored = kept.stored;
            Session session = new Session(shard, stored.clientId(), stored.userName(), stored.createdAtMs());
            kept.session = session;
            session.restore(stored);
            for (SubscribeRequest subscription : kept.subscriptions) {
                session.subscriptions().subscribe(subscription.filter(), subscription.options());
            }
            for (SessionStore.StoredDelivery delivery : kept.deliveries) {
                session.outbound().restore(delivery, Merge.member(session, delivery.share()));
            }
            for (int packetId : kept.awaitingRelease) {
                session.inbound().restore(packetId);
            }
            shard.restore(session);
        }
    }

    private void goOn(Shard shard) {
        for (Kept kept : byShard.get(shard.index())) {
            if (kept.session != null) {
                kept.session.lifetime().restored(kept.stored);
            }
        }
        byShard.get(shard.index()).clear();
    }
}
