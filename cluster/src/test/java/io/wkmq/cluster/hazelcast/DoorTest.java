package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests which nodes may join through a node. */
final class DoorTest {
    private final Peer self = TestNode.peer("a");
    private final Peer asker = TestNode.peer("b");
    private final RemovedNodes removed = new RemovedNodes(InstantSource.system());
    private final List<Peer> members = new ArrayList<>();
    private final List<NodeId> welcomed = new ArrayList<>();
    private final ClusterFront front = TestNode.front(self, TestNode.settings(1), "secret");
    private final Door door = new Door(
            self,
            front,
            new WayBack(self.node(), new EnquiryClient(front)),
            new Admission(self, removed),
            new Refusals(InstantSource.system()),
            () -> members,
            welcomed::add,
            why -> {});

    private Verdict.Code join() {
        Introduction introduction = new Introduction(
                Purpose.ENQUIRY,
                front.self().clusterName(),
                asker.node(),
                asker.incarnation(),
                asker.protocol(),
                front.self().channelReplicas(),
                front.self().channelGroups());
        return door.answer(introduction, Enquiry.Question.join(0, 0))
                .toCompletableFuture()
                .join()
                .verdict()
                .code();
    }

    @Test
    void aRemovedNodeThatMayNotJoinStaysRemoved() {
        removed.add(asker.id(), asker.node().name());
        members.add(TestNode.peer("b"));
        assertThat(join()).isEqualTo(Verdict.Code.NAME_IN_USE);
        assertThat(removed.contains(asker.id())).isTrue();
        assertThat(welcomed).isEmpty();

        members.clear();
        assertThat(join()).isEqualTo(Verdict.OK.code());
        assertThat(removed.contains(asker.id())).isFalse();
        assertThat(welcomed).containsExactly(asker.id());
    }
}
