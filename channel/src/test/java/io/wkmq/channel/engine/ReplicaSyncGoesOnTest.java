package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests replicas whose repair takes more than one call. */
class ReplicaSyncGoesOnTest {
    private static final long PATIENCE_MS = 20_000;

    /** A node that finds what the test tells it to find. */
    private static final class Node {
        private AuditAnswer answer = new AuditAnswer.Scrubbed(true, 3, 1_000, 0, 0);
        private int scrubs;

        private CompletionStage<AuditAnswer> ask(AuditQuestion question) {
            if (!(question instanceof AuditQuestion.Scrub)) {
                return CompletableFuture.failedFuture(new UnsupportedOperationException(question.toString()));
            }
            scrubs++;
            return CompletableFuture.completedFuture(answer);
        }
    }

    private final List<Node> nodes = List.of(new Node(), new Node(), new Node());
    private final ReplicaSync sync = new ReplicaSync(
            IntStream.range(0, 3)
                    .mapToObj(i -> new Auditee(new NodeId(new UUID(0, i)), "node" + i, nodes.get(i)::ask))
                    .toList(),
            3,
            new SimTiming(),
            PATIENCE_MS);

    @Test
    void whatWasLookedThroughIsNotLookedThroughAgain() throws ChannelException {
        nodes.get(0).answer = new AuditAnswer.Scrubbed(true, 3, 1_000, 5, 4);
        nodes.get(1).answer = new AuditAnswer.Refused("made by the test");
        assertThat(sync.scrub(0)).isTrue();
        SyncReport first = sync.report(false);
        assertThat(first.nodes())
                .extracting(SyncReport.Node::problem)
                .containsExactly("1 damaged records are not repaired", "made by the test", null);

        sync.goOn(PATIENCE_MS);
        assertThat(sync.scrub(0)).isTrue();
        assertThat(nodes).extracting(node -> node.scrubs).containsOnly(1);
        assertThat(sync.report(false)).as("nothing is forgotten").isEqualTo(first);
    }

    @Test
    void whoIsNotDoneGoesOn() throws ChannelException {
        nodes.get(2).answer = new AuditAnswer.Scrubbed(false, 1, 10, 0, 0);
        sync.goOn(0);
        assertThat(sync.scrub(0)).isFalse();
        assertThat(nodes).extracting(node -> node.scrubs).as("there is no time").containsOnly(0);

        nodes.get(2).answer = new AuditAnswer.Scrubbed(true, 3, 30, 0, 0);
        sync.goOn(PATIENCE_MS);
        assertThat(sync.scrub(0)).isTrue();
        assertThat(nodes).extracting(node -> node.scrubs).containsOnly(1);
    }
}
