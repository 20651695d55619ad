package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests which members are known to pass entries on, and whom a copy asks next. */
final class GiversTest {
    private static final NodeId A = new NodeId(new UUID(0, 1));
    private static final NodeId B = new NodeId(new UUID(0, 2));
    private static final NodeId C = new NodeId(new UUID(0, 3));
    private static final List<NodeId> ALL = List.of(A, B, C);

    private final Givers givers = new Givers();
    private final GiverTurn turn = new GiverTurn(givers, 1);

    @Test
    void whoDidNotGiveIsLeftOutUnlessNobodyDid() {
        assertThat(givers.of(ALL)).isEqualTo(ALL);
        givers.said(A, false);
        assertThat(givers.of(ALL)).containsExactly(B, C);
        assertThat(givers.of(List.of(A))).containsExactly(A);
        assertThat(givers.first(ALL)).containsExactly(B, C, A);
        ALL.forEach(node -> givers.said(node, false));
        assertThat(givers.of(ALL)).isEqualTo(ALL);
        assertThat(givers.first(ALL)).isEqualTo(ALL);
        givers.said(B, true);
        assertThat(givers.of(ALL)).containsExactly(B);
        givers.keep(List.of(B, C));
        assertThat(givers.of(ALL)).as("the node at A is another one").containsExactly(A, B);
    }

    @Test
    void whoGivesIsAskedOnAndOthersOnceEach() {
        assertThat(turn.next(List.of())).isNull();
        assertThat(turn.next(ALL)).isEqualTo(B);
        turn.stay();
        assertThat(turn.next(List.of(C, B, A))).isEqualTo(B);
        turn.leave();
        NodeId second = asked();
        assertThat(second).isNotEqualTo(B);
        turn.leave();
        NodeId third = asked();
        assertThat(third).isNotIn(B, second);
        turn.leave();
        assertThat(asked()).isNotEqualTo(third);
        assertThat(turn.next(List.of(third))).as("the others are gone").isEqualTo(third);
    }

    private @Nullable NodeId asked() {
        return turn.next(ALL);
    }

    @Test
    void whatOneDoesNotHaveAnotherOneMayUntilAllWereAsked() {
        givers.said(C, false);
        assertThat(turn.next(ALL)).isEqualTo(B);
        assertThat(turn.anotherMayHaveIt(ALL)).isTrue();
        assertThat(turn.next(ALL)).isEqualTo(A);
        givers.said(C, true);
        assertThat(turn.anotherMayHaveIt(ALL)).isTrue();
        assertThat(turn.next(ALL)).isEqualTo(C);
        turn.silent();
        turn.leave();
        givers.said(C, true); // as another group's copy has found
        assertThat(turn.anotherMayHaveIt(ALL)).as("all were asked").isFalse();
        turn.stay();
        assertThat(turn.anotherMayHaveIt(ALL)).isTrue();
    }

    @Test
    void whatNobodyHasIsNotLookedForForEverThoughOneGivesToOtherGroups() {
        List<NodeId> here = List.of(A, C, B);
        GiverTurn first = new GiverTurn(givers, 0);
        for (int asked = 1; asked <= 20; asked++) {
            NodeId node = first.next(here);
            if (B.equals(node)) {
                givers.said(B, false);
                first.leave();
                givers.said(B, true); // as the copy of another group finds
            } else if (!first.anotherMayHaveIt(here)) {
                return;
            }
        }
        Assertions.fail("it is never fetched");
    }

    @Test
    void whatMayBeAskedBeginsWithThoseThatGive() {
        Donors all = new Donors() {
            @Override
            public List<NodeId> here() {
                return ALL;
            }

            @Override
            public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
                return CompletableFuture.completedFuture(question);
            }
        };
        givers.said(A, false);
        givers.said(B, false);
        assertThat(new PermittedDonors(all, givers, () -> true).here()).containsExactly(C, A, B);
        assertThat(new PermittedDonors(all, givers, () -> false).here()).isEmpty();
    }
}
