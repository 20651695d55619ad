package io.wkmq.dist.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.Await;
import io.wkmq.testing.k8s.KubernetesServer;
import io.wkmq.testing.net.Command;
import io.wkmq.testing.net.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Nodes find each other by each discovery strategy; the servers are real, except that of Kubernetes. The servers start after the nodes:
 * what is missing at first is looked up again.
 */
@Lab
class DiscoveryIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration ALONE = Duration.ofSeconds(3);
    private static final int ETCD_PORT = 2379;
    private static final int API_PORT = 6443;

    @Test
    void multicastBringsNodesTogether(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).all(node -> by(node, "mcast"))) {
            cluster.start();
            loseAndFindAgain(cluster);
        }
    }

    @Test
    void aChainOfListsBringsNodesTogether(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            by(cluster.node(1), "manual");
            cluster.node(2).with("WKMQ_CLUSTER__STATIC__SEEDS", cluster.node(1).fullName());
            cluster.node(3).with("WKMQ_CLUSTER__STATIC__SEEDS", cluster.node(2).fullName());
            cluster.start();
            loseAndFindAgain(cluster);
        }
    }

    @Test
    void nodesThatAreJoinedByHandStayTogether(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3).all(node -> by(node, "manual"))) {
            startAlone(cluster);
            for (LabNode node : cluster.nodes(2, 3)) {
                assertThat(node.ctl("cluster", "join", cluster.node(1).fullName()))
                        .startsWith("Join the cluster successfully.");
            }
            cluster.awaitOne(LIMIT);
            loseAndFindAgain(cluster);

            for (LabNode node : cluster.nodes()) {
                node.kill();
            }
            cluster.nodes(3, 1, 2).forEach(LabNode::launch);
            cluster.nodes().forEach(LabNode::awaitStarted);
            cluster.awaitOne(LIMIT);
        }
    }

    @Test
    void aNameThatHasTheirAddressesBringsNodesTogether(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            Host host = resolvedBy(cluster);
            startAlone(cluster);
            try (Program server = nameServer(cluster, host)) {
                assertThat(server.process().isAlive()).isTrue();
                cluster.tell("one cluster " + Fault.seconds(cluster.awaitOne(LIMIT)) + " after the name server came");
                loseAndFindAgain(cluster);
            }
        }
    }

    @Test
    void etcdBringsNodesTogetherThatStartAtOnce(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3);
                Program server = etcd(cluster, listedBy(cluster))) {
            assertThat(server.process().isAlive()).isTrue();
            cluster.start();
        }
    }

    @Test
    void etcdBringsNodesTogether(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            Host host = listedBy(cluster);
            startAlone(cluster);
            try (Program server = etcd(cluster, host)) {
                assertThat(server.process().isAlive()).isTrue();
                cluster.tell("one cluster " + Fault.seconds(cluster.awaitOne(LIMIT)) + " after etcd came");
            }
            loseAndFindAgain(cluster); // those that have met need it no more
        }
    }

    @Test
    void theEndpointsOfAServiceBringNodesTogether(TestInfo test) throws Exception {
        try (LabCluster cluster = new LabCluster(test, 3)) {
            // Each waits for all, and is not ready until then.
            cluster.all(node -> node.with("WKMQ_CLUSTER__BOOTSTRAP_EXPECT", "3"));
            Host host = podsOf(cluster);
            cluster.nodes().forEach(LabNode::launch);
            for (LabNode node : cluster.nodes()) {
                Await.until(
                        LIMIT,
                        () -> node + " takes no clients yet",
                        () -> node.log().contains("Not accepting clients yet"));
            }
            try (Program server = kubernetes(cluster, host)) {
                assertThat(server.process().isAlive()).isTrue();
                cluster.nodes().forEach(LabNode::awaitStarted);
                cluster.tell("one cluster " + Fault.seconds(cluster.awaitOne(LIMIT)) + " after they take clients");
                loseAndFindAgain(cluster);
            }
        }
    }

    private static LabNode by(LabNode node, String strategy) {
        return node.with("WKMQ_CLUSTER__DISCOVERY", strategy).with("WKMQ_CLUSTER__STATIC__SEEDS", "");
    }

    /** One is killed and comes back. */
    private static void loseAndFindAgain(LabCluster cluster) throws InterruptedException {
        LabNode lost = cluster.node(2);
        lost.kill();
        cluster.awaitViews(LIMIT, cluster.nodes(1, 3));
        lost.start();
        cluster.awaitOne(LIMIT);
        cluster.awaitEqualRoutes(LIMIT);
        try (Fault none = new Fault(cluster)) {
            none.judgeUnbroken();
        }
    }

    /** They take clients, and stay alone. */
    private static void startAlone(LabCluster cluster) {
        cluster.nodes().forEach(LabNode::launch);
        cluster.nodes().forEach(LabNode::awaitStarted);
        Fault.last(ALONE);
        for (LabNode node : cluster.nodes()) {
            assertThat(node.sees()).containsExactly(node.name());
        }
    }

    /** The host of the only name server that the nodes have. */
    private static Host resolvedBy(LabCluster cluster) throws IOException {
        assumeInstalled("dnsmasq", "dnsmasq-base");
        Host host = cluster.network().add();
        Path resolver = cluster.file("resolv.conf");
        Files.writeString(resolver, "nameserver " + host.address() + "\noptions timeout:1 attempts:2\n");
        for (LabNode node : cluster.nodes()) {
            by(node, "dns").with("WKMQ_CLUSTER__DNS__NAME", "wkmq.example");
            node.host().resolveBy(resolver);
        }
        return host;
    }

    private static Program nameServer(LabCluster cluster, Host host) throws IOException {
        Path records = cluster.file("records");
        Files.write(
                records,
                cluster.nodes().stream()
                        .map(node -> node.host().address() + " wkmq.example")
                        .toList());
        return Program.start(
                host,
                cluster.file("dnsmasq"),
                "started, version",
                List.of(
                        "dnsmasq",
                        "--keep-in-foreground",
                        "--log-facility=-",
                        "--conf-file=/dev/null",
                        "--user=root",
                        "--no-resolv",
                        "--no-hosts",
                        "--addn-hosts=" + records,
                        "--bind-interfaces",
                        "--listen-address=" + host.address()));
    }

    /** The host of etcd. */
    private static Host listedBy(LabCluster cluster) {
        assumeInstalled("etcd", "etcd-server");
        Host host = cluster.network().add();
        for (LabNode node : cluster.nodes()) {
            by(node, "etcd")
                    .with("WKMQ_CLUSTER__ETCD__SERVER", "http://" + host.address() + ':' + ETCD_PORT)
                    .with("WKMQ_CLUSTER__ETCD__NODE_TTL", "10s");
        }
        return host;
    }

    private static Program etcd(LabCluster cluster, Host host) {
        String url = "http://" + host.address() + ':' + ETCD_PORT;
        return Program.start(
                host,
                cluster.file("etcd"),
                "ready to serve client requests",
                List.of(
                        "etcd",
                        "--data-dir=" + cluster.file("etcd.data"),
                        "--listen-client-urls=" + url,
                        "--advertise-client-urls=" + url,
                        "--unsafe-no-fsync"));
    }

    /** The host of the API server, which nodes are pods of. */
    private static Host podsOf(LabCluster cluster) throws IOException, GeneralSecurityException {
        Host host = cluster.network().add();
        SelfSigned certificate = SelfSigned.make(cluster.file("certificate"), host.address());
        Path token = cluster.file("token");
        Files.writeString(token, "token-of-a-pod");
        Map<String, String> environment = Map.of(
                "APISERVER",
                "https://" + host.address() + ':' + API_PORT,
                "NAMESPACE",
                "mqtt",
                "TOKEN_FILE",
                token.toString(),
                "CA_FILE",
                certificate.certificate().toString());
        for (LabNode node : cluster.nodes()) {
            by(node, "k8s");
            environment.forEach((key, value) -> node.with("WKMQ_CLUSTER__K8S__" + key, value));
        }
        return host;
    }

    private static Program kubernetes(LabCluster cluster, Host host) throws IOException {
        Path pods = cluster.file("pods");
        Files.write(
                pods,
                cluster.nodes().stream()
                        .map(node -> node.host().address() + " false")
                        .toList());
        return Program.start(
                host,
                cluster.file("kubernetes"),
                "listening",
                Command.java(
                        KubernetesServer.class,
                        host.address(),
                        Integer.toString(API_PORT),
                        new SelfSigned(cluster.file("certificate")).keyStore().toString(),
                        SelfSigned.PASSWORD,
                        "token-of-a-pod",
                        pods.toString()));
    }

    private static void assumeInstalled(String program, String debianPackage) {
        boolean installed = Command.has(program);
        if (!installed) {
            System.err.println(
                    "SKIPPED a test with " + program + ": it is not installed (package " + debianPackage + ")");
        }
        assumeTrue(installed, program + " is not installed");
    }
}
