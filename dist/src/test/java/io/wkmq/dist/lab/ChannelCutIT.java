package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.net.Host;
import io.wkmq.testing.net.LabNetwork;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Cuts and restores links between nodes that replicate a channel. */
@Lab
class ChannelCutIT {
    /** The bar: until the others go on without a leader that is cut off in one direction. */
    private static final Duration GOES_ON = Duration.ofSeconds(5);

    @Test
    void theLeaderIsAloneThenEachIs(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            LabNode leader = trial.leader(cluster.node(1));
            cluster.split(List.of(List.of(leader), trial.without(leader)));
            trial.goesOn("the leader is alone", trial.without(leader));
            trial.standsStill(List.of(leader));
            cluster.network().heal();
            trial.mended("one again");

            cluster.split(List.of(cluster.nodes(1), cluster.nodes(2), cluster.nodes(3)));
            trial.standsStill(cluster.nodes());
            cluster.network().heal();
            trial.mended("one again");
            trial.judge();
        }
    }

    @Test
    void theLeaderIsHeardAndHearsNobody(TestInfo test) throws Exception {
        oneWay(test, "the leader hears nobody", (network, leader, other) -> network.cutOneWay(other, leader));
    }

    @Test
    void theLeaderHearsAllAndNobodyHearsIt(TestInfo test) throws Exception {
        oneWay(test, "nobody hears the leader", (network, leader, other) -> network.cutOneWay(leader, other));
    }

    private interface OneWay {
        void cut(LabNetwork network, Host leader, Host other);
    }

    private static void oneWay(TestInfo test, String what, OneWay way) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            for (LabNode leader : cluster.nodes()) { // one of them leads the cluster, too
                trial.lead(leader);
                List<LabNode> others = trial.without(leader);
                others.forEach(other -> way.cut(cluster.network(), leader.host(), other.host()));
                assertThat(trial.goesOn(what, others)).as(what).isLessThan(Bars.here(GOES_ON));
                trial.standsStill(List.of(leader));
                cluster.network().heal();
                trial.mended("one again");
            }
            trial.judge();
        }
    }
}
