package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.routes.protocol.Interests;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Interest;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.sim.Seeds;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final NodeId OWNER = new NodeId(new UUID(0, 1));
    private static final LocalSubscribers SUBSCRIBERS = () -> false;

    private final OwnRoutes own = new OwnRoutes(5, new RouteLimits(1 << 20, 100, 1 << 20, 64 << 20, 1_000, 2_000));
    private final RouteTable<LocalSubscribers> table = new RouteTable<>(1, OWNER, own);

    @Test
    void thereIsAChunkEvenIfThereIsNoRoute() throws MalformedMessageException {
        Snapshot snapshot = Snapshot.take(3, own, OWNER, table);
        Chunk only = snapshot.chunk(0);
        assertThat(only.last()).isTrue();
        assertThat(only.interests().list()).isEmpty();
        assertThat(snapshot.chunk(99)).as("there is no other").isEqualTo(only);
    }

    @Test
    void pullOfASnapshotThatIsNotHeldGetsTheYoungest() {
        Snapshots snapshots = new Snapshots(own, OWNER, table);
        assertThat(snapshots.chunk(new Pull(5, 0, 0), 0).snapshot()).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            Chunk shared = snapshots.chunk(new Pull(5, 90 + i, 3), 4_000 + i);
            assertThat(shared.snapshot()).isEqualTo(1);
            assertThat(shared.index()).isZero();
        }
        assertThat(snapshots.chunk(new Pull(5, 99, 3), 5_000).snapshot())
                .as("it is too old to begin with")
                .isEqualTo(2);
    }

    @Test
    void snapshotThatWasNotUsedForLongestMakesRoom() {
        Snapshots snapshots = new Snapshots(own, OWNER, table);
        assertThat(snapshots.chunk(new Pull(5, 0, 0), 0).snapshot()).isEqualTo(1);
        assertThat(snapshots.chunk(new Pull(5, 0, 0), 5_000).snapshot()).isEqualTo(2);
        assertThat(snapshots.chunk(new Pull(5, 1, 0), 6_000).snapshot()).isEqualTo(1);
        assertThat(snapshots.chunk(new Pull(5, 0, 0), 10_000).snapshot()).isEqualTo(3);
        assertThat(snapshots.chunk(new Pull(5, 1, 0), 10_001).snapshot()).isEqualTo(1);
    }

    /** Filters stay, come and go next to each other while snapshots are taken: none that stays may be missed. */
    @Test
    void changesOnTopOfASnapshotMakeItExactWhateverHappensWhileItIsTaken() throws Exception {
        Random random = Seeds.one("SnapshotTest");
        own.keepChanges(true);
        for (int i = 0; i < 3_000; i++) {
            table.attach(filter(i * 2), 0, () -> SUBSCRIBERS);
        }
        AtomicBoolean stop = new AtomicBoolean();
        Thread churn = new Thread(() -> {
            while (!stop.get()) {
                TopicFilter filter = filter(random.nextInt(3_000) * 2 + 1);
                if (random.nextBoolean()) {
                    table.attach(filter, 0, () -> SUBSCRIBERS);
                } else {
                    table.detach(filter, 0);
                }
            }
        });
        churn.start();
        try {
            for (int round = 0; round < 20; round++) {
                replicate(round + 1);
                own.trim(own.seq());
            }
        } finally {
            stop.set(true);
            churn.join();
        }
    }

    private void replicate(long id) throws MalformedMessageException {
        RouteTable<LocalSubscribers> copy = new RouteTable<>(1);
        ReplicaOfPeer replica = new ReplicaOfPeer(5, 9, remote(copy), () -> id);
        Snapshot snapshot = Snapshot.take(id, own, OWNER, table);
        for (int i = 0; !replica.applied().ready(); i++) {
            Chunk chunk = snapshot.chunk(i);
            assertThat(replica.accept(chunk)).isTrue();
            replica.apply(chunk);
        }
        assertThat(snapshot.chunk(0).last()).as("several chunks").isFalse();
        for (int i = 0; i < 3; i++) {
            sendSome(replica);
            replica.digest(own.digest());
        }
        long upTo = own.seq();
        while (replica.applied().seq() < upTo) {
            sendSome(replica);
        }
        assertThat(replica.mismatches()).isZero();
        for (int i = 0; i < 3_000; i++) {
            assertThat(copy.route(filter(i * 2))).isNotNull();
        }
    }

    private void sendSome(ReplicaOfPeer replica) throws MalformedMessageException {
        long first = replica.applied().seq() + 1;
        List<Interest> changes = Objects.requireNonNull(own.from(first));
        replica.ops(new Ops(5, first, Interests.of(changes)));
    }

    private static RemoteRoutes remote(RouteTable<LocalSubscribers> copy) {
        return new RemoteRoutes() {
            @Override
            public List<Interest> change(List<Interest> changes) {
                return copy.change(OWNER, ShareStrategy.RANDOM, changes);
            }

            @Override
            public void forEach(Consumer<? super Interest> visitor) {
                copy.forEachInterest(OWNER, visitor);
            }
        };
    }

    private static TopicFilter filter(int number) {
        return TopicFilter.of("a/" + number % 50 + "/b/" + number + (number % 3 == 0 ? "/+" : ""));
    }
}
