package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.routes.protocol.Interests;
import io.wkmq.cluster.routes.protocol.RouteMessage.Chunk;
import io.wkmq.cluster.routes.protocol.RouteMessage.Digest;
import io.wkmq.cluster.routes.protocol.RouteMessage.Ops;
import io.wkmq.cluster.routes.protocol.RouteMessage.Pull;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Interest;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReplicaOfPeerTest {
    private static final long OWNERS = 5;

    private final OwnRoutes truth = new OwnRoutes(OWNERS);
    private final Map<TopicFilter, Interest> kept = new LinkedHashMap<>();
    private long epochs;
    private final ReplicaOfPeer replica = new ReplicaOfPeer(
            OWNERS,
            9,
            new RemoteRoutes() {
                @Override
                public List<Interest> change(List<Interest> changes) {
                    List<Interest> before = new ArrayList<>();
                    for (Interest change : changes) {
                        Interest old =
                                change.exists() ? kept.put(change.filter(), change) : kept.remove(change.filter());
                        before.add(old == null ? change.ended() : old);
                    }
                    return before;
                }

                @Override
                public void forEach(Consumer<? super Interest> visitor) {
                    List.copyOf(kept.values()).forEach(visitor);
                }
            },
            () -> ++epochs);

    private static Interest wanted(String filter) {
        return Interest.plain(TopicFilter.of(filter), true);
    }

    private static Interest ended(String filter) {
        return wanted(filter).ended();
    }

    private void ops(long first, Interest... changes) throws MalformedMessageException {
        replica.ops(new Ops(OWNERS, first, Interests.of(List.of(changes))));
    }

    private void chunk(long snapshot, int index, boolean last, long base, long until, Interest... interests)
            throws MalformedMessageException {
        Chunk chunk = new Chunk(OWNERS, snapshot, index, last, base, until, Interests.of(List.of(interests)));
        if (replica.accept(chunk)) {
            replica.apply(chunk);
        }
    }

    private void begun() throws MalformedMessageException {
        chunk(1, 0, true, 0, 0);
    }

    private void owns(Interest... changes) {
        truth.keepChanges(true);
        for (Interest change : changes) {
            truth.changed(change.share(), change.filter(), change.members(), change.online());
        }
    }

    private List<String> filters() {
        return kept.keySet().stream().map(TopicFilter::text).sorted().toList();
    }

    @Test
    void itBeginsWithAPullChunkByChunk() throws MalformedMessageException {
        assertThat(replica.pull()).isEqualTo(new Pull(OWNERS, 0, 0));
        chunk(8, 0, false, 4, 4, wanted("a"));
        assertThat(replica.pull()).isEqualTo(new Pull(OWNERS, 8, 1));
        assertThat(replica.applied().ready()).isFalse();
        chunk(8, 0, false, 4, 4, wanted("a"));
        assertThat(replica.pull()).as("the same chunk again").isEqualTo(new Pull(OWNERS, 8, 1));
        chunk(8, 1, true, 4, 4, wanted("b"));
        assertThat(replica.pull()).isNull();
        assertThat(replica.applied().ready()).isTrue();
        assertThat(replica.applied().seq()).isEqualTo(4);
        assertThat(filters()).containsExactly("a", "b");
    }

    @Test
    void aSnapshotThatIsGoneIsReplacedByItsSuccessor() throws MalformedMessageException {
        chunk(8, 0, false, 4, 4, wanted("a"), wanted("old"));
        chunk(9, 1, true, 6, 6, wanted("lost"));
        assertThat(replica.applied().ready()).as("not what was asked for").isFalse();
        chunk(9, 0, false, 6, 6, wanted("a"));
        chunk(9, 1, true, 6, 6, wanted("b"));
        assertThat(filters()).as("what only the first one had is gone").containsExactly("a", "b");
        assertThat(replica.count()).isEqualTo(2);
    }

    @Test
    void changesAreAppliedInTheirOrderWhateverTheOrderTheyCome() throws MalformedMessageException {
        begun();
        ops(4, wanted("d"), ended("a"));
        ops(3, ended("b"));
        assertThat(replica.applied().seq()).isZero();
        ops(1, wanted("a"), wanted("b"));
        assertThat(replica.applied().seq()).isEqualTo(5);
        ops(2, wanted("b"), ended("b"), wanted("d"));
        ops(5, ended("a"), wanted("e"));
        assertThat(replica.applied().seq()).isEqualTo(6);
        assertThat(filters()).containsExactly("d", "e");
    }

    @Test
    void whatComesTooEarlyIsBounded() throws MalformedMessageException {
        begun();
        for (int i = 0; i < 1_000; i++) {
            ops(2 + i, wanted("f" + i));
        }
        ops(1, wanted("first"));
        assertThat(replica.applied().seq()).isEqualTo(33);
    }

    @Test
    void changesThatComeDuringThePullCountAfterIt() throws MalformedMessageException {
        ops(1, wanted("lost"));
        ops(3, wanted("c"));
        chunk(1, 0, false, 2, 2, wanted("a"));
        ops(4, ended("a"));
        assertThat(filters()).containsExactly("a");
        chunk(1, 1, true, 2, 2, wanted("b"));
        assertThat(replica.applied().seq()).isEqualTo(4);
        assertThat(filters()).containsExactly("b", "c");
    }

    @Test
    void aDigestThatFitsChangesNothing() throws MalformedMessageException {
        begun();
        owns(wanted("a"), wanted("b"));
        replica.digest(truth.digest());
        ops(1, wanted("a"), wanted("b"));
        replica.digest(truth.digest());
        ops(3, wanted("c"));
        replica.digest(new Digest(OWNERS, 1, 2, 123, 4));
        assertThat(replica.applied().ready())
                .as("one that comes late says nothing")
                .isTrue();
        assertThat(replica.mismatches()).isZero();
    }

    @Test
    void aDigestThatDoesNotFitLeadsToAPull() throws MalformedMessageException {
        begun();
        long epoch = replica.applied().epoch();
        owns(wanted("a"), wanted("c"));
        ops(1, wanted("a"), wanted("b"));
        replica.digest(truth.digest());
        assertThat(replica.applied().ready()).isFalse();
        assertThat(replica.applied().epoch()).isGreaterThan(epoch);
        assertThat(filters()).as("meanwhile it keeps what it has").containsExactly("a", "b");
        chunk(4, 0, true, 2, 2, wanted("a"), wanted("c"));
        replica.digest(truth.digest());
        assertThat(replica.mismatches()).isEqualTo(1);
        assertThat(replica.applied().ready()).isTrue();
        assertThat(filters()).containsExactly("a", "c");
    }

    @Test
    void aDigestIsComparedOnceTheChangesBeforeItAreHere() throws MalformedMessageException {
        begun();
        owns(wanted("a"), wanted("b"));
        replica.digest(truth.digest());
        ops(1, wanted("a"), wanted("x"), wanted("c"));
        assertThat(replica.mismatches()).isEqualTo(1);
    }

    @Test
    void theHashIsNotComparedInsideTheTimeOfASnapshot() throws MalformedMessageException {
        owns(wanted("a"), wanted("b"), ended("a"));
        Digest inside = new Digest(OWNERS, 1, 2, 1, 2);
        chunk(1, 0, true, 1, 3, wanted("b")); // "a" was gone when the walk came there
        ops(2, wanted("b"));
        replica.digest(inside);
        assertThat(replica.mismatches()).isZero();
        ops(3, ended("a"));
        replica.digest(truth.digest());
        assertThat(replica.mismatches()).isZero();
        assertThat(filters()).containsExactly("b");
    }

    @Test
    void changesThatAreNotKeptAnyMoreLeadToAPull() throws MalformedMessageException {
        begun();
        replica.digest(new Digest(OWNERS, 1, 5, 1, 1));
        assertThat(replica.applied().ready()).isTrue();
        replica.digest(new Digest(OWNERS, 2, 5, 1, 1));
        assertThat(replica.applied().ready()).isFalse();
        assertThat(replica.mismatches()).isZero();
    }

    @Test
    void itGoesOnFromWhatItHas() throws MalformedMessageException {
        assertThat(replica.mayGoOn()).as("before it has everything").isFalse();
        begun();
        owns(wanted("a"), wanted("b"));
        ops(1, wanted("a"));
        ops(3, wanted("lost"));
        assertThat(replica.mayGoOn()).isTrue();
        long epoch = replica.applied().epoch();
        replica.goOn();
        assertThat(replica.applied().epoch()).isGreaterThan(epoch);
        assertThat(replica.applied().ready()).isTrue();
        assertThat(replica.applied().seq()).isEqualTo(1);
        assertThat(replica.complete())
                .as("before the owner has said what there is")
                .isFalse();
        replica.digest(truth.digest());
        assertThat(replica.complete()).as("before the changes are here").isFalse();
        ops(2, wanted("b"));
        assertThat(replica.complete()).isTrue();
        assertThat(replica.behind()).isFalse();
        assertThat(replica.mismatches()).isZero();
        assertThat(filters()).containsExactly("a", "b");
    }

    @Test
    void itDoesNotGoOnIfChangesAreMissing() throws MalformedMessageException {
        begun();
        replica.goOn();
        replica.digest(new Digest(OWNERS, 3, 5, 1, 1));
        assertThat(replica.applied().ready()).isFalse();
        assertThat(replica.behind()).isFalse();
        assertThat(replica.complete()).isFalse();
        chunk(4, 0, true, 5, 5, wanted("a"));
        assertThat(replica.complete()).isTrue();
    }
}
