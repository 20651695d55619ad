package io.wkmq.dist.lab;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Links between nodes that keep a channel together are cut and mended. */
@Lab
class ChannelCutIT {
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
}
