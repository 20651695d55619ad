package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.hazelcast.LeftFile.Left;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SolitudeTest {
    private static final String WHY = "This node has left its cluster";

    private final Peer self = TestNode.peer("a");
    private final NodeId old = TestNode.peer("b").id();
    private final NodeId other = TestNode.peer("c").id();
    private final Admission admission = new Admission(self, new RemovedNodes(InstantSource.system()));
    private final Search search = new Search(() -> List.of(new SeedAddress(TestNode.HOST, 1)), true, System::nanoTime);

    @TempDir
    Path directory;

    private Solitude solitude;

    @BeforeEach
    void begin() {
        solitude = load();
    }

    private Solitude load() {
        Solitude loaded = new Solitude(new LeftFile(directory.resolve("left")), search, admission);
        loaded.load();
        return loaded;
    }

    private void leave(boolean asked) {
        search.stayAlone();
        solitude.left(new Left(asked, WHY, Set.of(old)));
    }

    private static KeptOut keptOut(Solitude solitude) {
        return Objects.requireNonNull(solitude.keptOut());
    }

    @Test
    void aNodeThatLeftIsAloneUntilItJoins() {
        assertThat(solitude.keptOut()).isNull();
        leave(true);
        assertThat(keptOut(solitude).left()).isTrue();

        KeptOut later = keptOut(load());
        assertThat(later.left()).isTrue();
        assertThat(later.why()).isEqualTo(WHY);
        assertThat(admission.leftBehind()).containsExactly(old);

        solitude.joined();
        assertThat(load().keptOut()).isNull();
    }

    @Test
    void toBeRemovedOrRefusedIsNotToHaveLeftWhateverTheWords() {
        solitude.refused(WHY);
        assertThat(keptOut(solitude).left()).isFalse();

        leave(false);
        assertThat(keptOut(solitude).left()).isFalse();
        assertThat(keptOut(load()).left()).isFalse();
    }

    @Test
    void onlyANodeThatWasToldToComeEndsIt() {
        leave(true);
        assertThat(search.seeds()).isEmpty();

        solitude.here(other);
        assertThat(solitude.keptOut()).as("it is not alone now").isNull();
        assertThat(search.seeds()).isEmpty();
        assertThat(load().keptOut()).as("it is again after a restart").isNotNull();

        solitude.invited(old);
        assertThat(load().keptOut()).as("it may not get here").isNotNull();

        solitude.here(old);
        assertThat(search.seeds()).isNotEmpty();
        assertThat(load().keptOut()).isNull();
    }

    @Test
    void whoWasToldToComeBeforeItLeftDoesNotEndIt() {
        solitude.invited(other);
        leave(true);

        solitude.here(other);
        assertThat(search.seeds()).isEmpty();
        assertThat(load().keptOut()).isNotNull();
    }
}
