package io.wkmq.dist.lab;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Some and all of the nodes that replicate a channel die, and come back. */
@Lab
class ChannelDeathIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough for the others to do without it. */
    private static final Duration STILL = Duration.ofSeconds(4);

    @Test
    void oneThenTwoThenAllAreKilled(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            LabNode leader = trial.leader(cluster.node(1));
            leader.kill();
            trial.goesOn("the leader is killed", trial.without(leader));
            leader.start();
            trial.mended("it is back");

            LabNode left = trial.leader(cluster.node(2));
            kill(trial.without(left));
            trial.standsStill(List.of(left));
            start(trial.without(left));
            trial.mended("two are back");

            kill(cluster.nodes());
            start(cluster.nodes());
            trial.mended("all are back");
            trial.judge();
        }
    }

    @Test
    void theLeaderStandsStill(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            for (int i = 0; i < 2; i++) {
                LabNode leader = trial.leader(cluster.node(1));
                leader.pause();
                trial.goesOn("the leader stands still", trial.without(leader));
                Fault.last(STILL);
                leader.resume();
                trial.mended("it goes on");
            }
            trial.judge();
        }
    }

    @Test
    void twoOfFiveAreKilledThenTwoAreCutOff(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 5).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            List<LabNode> two = leaderAndAnother(trial, cluster);
            List<LabNode> three = others(cluster, two);
            kill(two);
            trial.goesOn("two of five are killed", three);
            start(two);
            trial.mended("two are back");

            two = leaderAndAnother(trial, cluster);
            three = others(cluster, two);
            cluster.split(List.of(two, three));
            trial.goesOn("two of five are cut off", three);
            trial.standsStill(two);
            cluster.network().heal();
            trial.mended("one again");
            trial.judge();
        }
    }

    private static List<LabNode> leaderAndAnother(ChannelTrial trial, LabCluster cluster) {
        LabNode leader = trial.leader(cluster.node(1));
        return List.of(leader, trial.without(leader).get(0));
    }

    private static List<LabNode> others(LabCluster cluster, List<LabNode> some) {
        return cluster.nodes().stream().filter(node -> !some.contains(node)).toList();
    }

    @Test
    void oneIsRemovedAndReturns(TestInfo test) throws Exception {
        try (LabCluster cluster = ChannelTrial.cluster(test, 3).start();
                ChannelTrial trial = new ChannelTrial(cluster)) {
            LabNode removed = trial.leader(cluster.node(1));
            List<LabNode> others = trial.without(removed);
            others.get(0).ctl("cluster", "remove", removed.fullName());
            cluster.awaitViews(PATIENCE, others);
            trial.goesOn("the leader is removed", others);
            trial.standsStill(List.of(removed));

            removed.ctl("cluster", "join", others.get(0).fullName());
            trial.mended("it returns");
            trial.judge();
        }
    }

    private static void kill(List<LabNode> nodes) throws InterruptedException {
        for (LabNode node : nodes) {
            node.kill();
        }
    }

    private static void start(List<LabNode> nodes) {
        nodes.forEach(LabNode::launch);
        nodes.forEach(LabNode::awaitStarted);
    }
}
