package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore.Hold;
import io.wkmq.session.SessionStore.StoredDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Applies the same random changes to several stores, as sessions would make them. */
public final class SessionStoreDriver {
    private static final int CLIENTS = 12;
    private static final int HOLDS = 4;

    private final Random random;
    private final List<Hold> holds = new ArrayList<>();
    private long sequence;
    private Message last = Samples.message("first", "x");

    /** Draws from that source. */
    public SessionStoreDriver(Random random) {
        this.random = random;
    }

    /** The stores were restarted: what was held is gone. */
    public void restarted(InMemorySessionStore model) {
        model.restart();
        holds.clear();
    }

    /** Makes one change; {@code model} also says what there is to be changed. */
    public void change(InMemorySessionStore model, SessionStore store) {
        String clientId = "client-" + random.nextInt(CLIENTS);
        Consumer<SessionStore> change = change(model, clientId);
        change.accept(model);
        change.accept(store);
    }

    private Consumer<SessionStore> change(InMemorySessionStore model, String clientId) {
        int dice = random.nextInt(100);
        if (model.session(clientId) == null || dice < 3) {
            StoredSession session = random.nextBoolean() ? Samples.session(clientId) : Samples.fullSession(clientId);
            return store -> store.put(session);
        }
        if (dice < 4) {
            return store -> store.remove(clientId);
        }
        if (dice < 15) {
            SubscriptionFilter filter =
                    SubscriptionFilter.parse((random.nextBoolean() ? "$share/g/" : "") + "f/" + random.nextInt(6));
            SubscriptionOptions options = Samples.options(random);
            boolean add = random.nextInt(3) > 0;
            return add
                    ? store -> store.subscribe(clientId, filter, options)
                    : store -> store.unsubscribe(clientId, filter);
        }
        if (dice < 25) {
            int packetId = 1 + random.nextInt(8);
            Hold ended = holds.isEmpty() || random.nextBoolean() ? null : holds.remove(random.nextInt(holds.size()));
            if (ended != null && random.nextInt(4) == 0) {
                return store -> store.letGo(ended);
            }
            return ended != null || random.nextBoolean()
                    ? store -> store.awaitRelease(clientId, packetId, ended)
                    : store -> store.released(clientId, packetId);
        }
        List<StoredDelivery> owed = model.deliveries(clientId);
        if (dice < 60 || owed.isEmpty()) {
            return enqueue(clientId);
        }
        StoredDelivery some = owed.get(random.nextInt(owed.size()));
        if (dice < 75) {
            int packetId = random.nextInt(65_536);
            StoredDelivery.State state = Samples.any(StoredDelivery.State.class, random);
            return store -> store.inflight(clientId, some.sequence(), packetId, state);
        }
        Hold ended = holds.isEmpty() || random.nextInt(4) > 0 ? null : holds.remove(0);
        return store -> store.dequeue(clientId, some.sequence(), ended);
    }

    private Consumer<SessionStore> enqueue(String clientId) {
        // every other message goes to several sessions
        if (random.nextBoolean()) {
            int bytes = random.nextInt(20) == 0 ? random.nextInt(20_000) : random.nextInt(300);
            last = Samples.message("t/" + random.nextInt(50), bytes, random);
        }
        StoredDelivery delivery = Samples.delivery(sequence++, last, random);
        Hold hold = random.nextBoolean() ? null : hold();
        return store -> store.enqueue(clientId, delivery, hold);
    }

    private Hold hold() {
        int place = random.nextInt(HOLDS);
        if (place < holds.size()) {
            return holds.get(place);
        }
        Hold begun = new Hold() {
            @Override
            public void refused(String reason) {
                throw new AssertionError("A delivery was refused: " + reason);
            }
        };
        holds.add(begun);
        return begun;
    }
}
