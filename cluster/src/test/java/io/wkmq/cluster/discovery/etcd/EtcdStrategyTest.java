package io.wkmq.cluster.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.SomeMembers;
import io.wkmq.cluster.discovery.http.PemFiles;
import io.wkmq.cluster.discovery.http.TestPki;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the strategy against a real etcd server. */
class EtcdStrategyTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Longer than a slow machine stands still. */
    private static final Duration TTL = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private final List<EtcdStrategy> open = new ArrayList<>();
    private final List<EtcdServer> servers = new ArrayList<>();

    @BeforeEach
    void needs() {
        assumeTrue(EtcdServer.installed(), "etcd is not installed (package etcd-server)");
    }

    @AfterEach
    void close() {
        open.forEach(EtcdStrategy::close);
        servers.forEach(EtcdServer::close);
    }

    @Test
    void nodesFindEachOtherUntilTheyLeave() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        EtcdStrategy one = node(1, settings(etcd.url()));
        EtcdStrategy two = node(2, settings(etcd.url()));

        awaitEachOther(one, two);

        two.unregister();
        await("nobody is left", () -> one.discover().addresses().isEmpty());
    }

    @Test
    void changesAreToldAlsoAfterEtcdWasAway() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        withUser(etcd, "node", "hush");
        EtcdStrategy watcher = open(settings(etcd, "node", "hush"));
        AtomicInteger told = new AtomicInteger();
        watcher.watch(told::incrementAndGet);
        awaitMore(told, 0);

        int before = told.get();
        EtcdStrategy one = node(1, settings(etcd, "node", "hush"));
        awaitMore(told, before);
        before = told.get();
        one.unregister();
        awaitMore(told, before);

        before = told.get();
        etcd.kill();
        etcd.restart(); // tokens live in its memory
        awaitMore(told, before);
        before = told.get();
        node(2, settings(etcd, "node", "hush"));
        awaitMore(told, before);
    }

    private static void awaitMore(AtomicInteger told, int before) {
        Await.until(LIMIT, () -> "more than " + before + " changes are told: " + told, () -> told.get() > before);
    }

    @Test
    void nodesOfOtherClustersAreApart() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        node(1, settings(etcd.url()));
        EtcdStrategy other = open(new EtcdSettings("blue2", List.of(etcd.url()), "wkmq", TTL, "", "", PemFiles.NONE));

        assertThat(other.discover().addresses()).isEmpty();
    }

    @Test
    void aNodeThatDiesIsForgottenAndOneThatLivesIsNot() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        node(1, settings(etcd.url()));
        EtcdStrategy two = node(2, settings(etcd.url()));
        EtcdStrategy reader = open(settings(etcd.url()));
        await("both are found", () -> Set.copyOf(reader.discover().addresses()).equals(Set.of(address(1), address(2))));

        two.close();

        await("only two is forgotten", () -> reader.discover().addresses().equals(List.of(address(1))));
    }

    @Test
    void anEtcdThatIsAwayForATimeIsSurvived() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        EtcdStrategy one = node(1, settings(etcd.url()));
        EtcdStrategy two = node(2, settings(etcd.url()));
        etcd.kill();
        assertThatThrownBy(one::discover)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no etcd server answers: " + etcd.url() + ": ");

        etcd.restart();

        await("one finds two", () -> one.discover().equals(Found.of(List.of(address(2)))));
        await("two finds one", () -> two.discover().equals(Found.of(List.of(address(1)))));
    }

    @Test
    void anEtcdThatForgetsEverythingIsToldAgain() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        node(1, settings(etcd.url()));
        EtcdStrategy reader = open(settings(etcd.url()));
        etcd.kill();
        etcd.wipe();
        etcd.restart();

        await("one is registered again", () -> reader.discover().addresses().equals(List.of(address(1))));
    }

    @Test
    void aNodeThatStartsBeforeEtcdRegistersLater() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        etcd.kill();
        EtcdStrategy one = open(settings(etcd.url()));
        Announcement self = new Announcement(SomeMembers.peer(1).node(), address(1));
        assertThatThrownBy(() -> one.register(self)).hasMessageStartingWith("no etcd server answers");
        assertThatThrownBy(() -> one.register(self)).hasMessageStartingWith("no etcd server answers");

        etcd.restart();

        EtcdStrategy reader = open(settings(etcd.url()));
        await("it is registered", () -> reader.discover().addresses().equals(List.of(address(1))));
        await("it knows", () -> {
            one.register(self);
            return true;
        });
    }

    @Test
    void aKeyThatSomebodyDeletesIsSetAgain() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        EtcdStrategy one = node(1, settings(etcd.url()));
        EtcdStrategy reader = open(settings(etcd.url()));
        etcd.post("kv/deleterange", "{\"key\":\"" + base64("wkmq/") + "\",\"range_end\":\"" + base64("wkmq0") + "\"}");
        assertThat(reader.discover().addresses()).isEmpty();

        assertThat(one.discover().remarks()).singleElement().asString().startsWith("the key of this node was gone");
        await("it is back", () -> reader.discover().addresses().equals(List.of(address(1))));
    }

    @Test
    void whatIsNoAddressIsRemarked() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        node(1, settings(etcd.url()));
        for (String garbage :
                List.of("", "garbage", "{}", "{\"host\":\"a b\",\"port\":1}", "{\"host\":\"a\",\"port\":0}")) {
            etcd.post(
                    "kv/put",
                    "{\"key\":\"" + base64("wkmq/blue/nodes/x" + garbage.length()) + "\",\"value\":\"" + base64(garbage)
                            + "\"}");
        }

        Found found = open(settings(etcd.url())).discover();

        assertThat(found.addresses()).containsExactly(address(1));
        assertThat(found.remarks())
                .hasSize(5)
                .allSatisfy(remark -> assertThat(remark)
                        .startsWith("the key wkmq/blue/nodes/x")
                        .contains("holds no address of a node"));
    }

    @Test
    void oneNodeAtATimeHasTheLock() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        EtcdStrategy one = open(settings(etcd.url()));
        EtcdStrategy two = open(settings(etcd.url()));

        assertThat(one.lock()).isTrue();
        assertThat(one.lock()).as("once more").isTrue();
        assertThat(two.lock()).isFalse();
        two.unlock();
        assertThat(two.lock()).as("still of the other").isFalse();

        one.unlock();
        assertThat(two.lock()).isTrue();
    }

    @Test
    void aServerThatIsDownIsNotTheOnlyOne() throws Exception {
        EtcdServer dead = new EtcdServer(directory.resolve("dead"), PemFiles.NONE);
        dead.close();
        EtcdServer etcd = server(PemFiles.NONE);
        EtcdStrategy one = node(1, settings(dead.url(), etcd.url()));
        EtcdStrategy two = node(2, settings(dead.url(), etcd.url()));

        awaitEachOther(one, two);
    }

    @Test
    void usersAuthenticateAndDoItAgainWhenTheirTokenIsGone() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        withUser(etcd, "node", "hush");
        EtcdStrategy one = node(1, settings(etcd, "node", "hush"));
        EtcdStrategy two = node(2, settings(etcd, "node", "hush"));
        assertThat(one.discover()).isEqualTo(Found.of(List.of(address(2))));

        etcd.kill();
        etcd.restart(); // tokens live in its memory

        await("one finds two again", () -> one.discover().equals(Found.of(List.of(address(2)))));
        await("two finds one again", () -> two.discover().equals(Found.of(List.of(address(1)))));
    }

    @Test
    void whoeverMayNotIsToldWhy() throws Exception {
        EtcdServer etcd = server(PemFiles.NONE);
        withUser(etcd, "node", "hush");

        awaitRefusal(
                open(settings(etcd, "node", "wrong")), "refuses auth/authenticate: etcdserver: authentication failed");
        awaitRefusal(open(settings(etcd, "", "")), "refuses kv/range: etcdserver: user name is empty");
        EtcdStrategy elsewhere =
                open(new EtcdSettings("blue", List.of(etcd.url()), "other", TTL, "node", "hush", PemFiles.NONE));
        awaitRefusal(elsewhere, "refuses kv/range: etcdserver: permission denied");
        assertThat(settings(etcd, "node", "hush").toString()).doesNotContain("hush");
    }

    @Test
    void bothSidesShowCertificates() throws Exception {
        TestPki pki = new TestPki(directory.resolve("pki"));
        EtcdServer etcd = server(pki.files("etcd"));
        EtcdStrategy one = node(1, settings(etcd, pki.files("node")));
        EtcdStrategy two = node(2, settings(etcd, pki.files("node")));
        awaitEachOther(one, two);

        TestPki other = new TestPki(directory.resolve("other"));
        awaitRefusal(open(settings(etcd, other.files("node"))), "PKIX path");
        assertThatThrownBy(() ->
                        open(settings(etcd, new PemFiles(pki.ca(), null, null))).discover())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no etcd server answers: " + etcd.url());
    }

    /** Waits for an answer; failures are what the time before it looks like. */
    private static void await(String what, Answer answer) {
        StringBuilder last = new StringBuilder();
        Await.until(LIMIT, () -> what + ": " + last, () -> {
            try {
                return answer.isThere();
            } catch (IOException e) {
                last.setLength(0);
                last.append(e);
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        });
    }

    /** Waits for a reason; a call that is cut short by a slow machine has another one. */
    private static void awaitRefusal(EtcdStrategy strategy, String reason) {
        StringBuilder last = new StringBuilder();
        Await.until(LIMIT, () -> reason + ", not " + last, () -> {
            try {
                last.replace(0, last.length(), strategy.discover().toString());
            } catch (IOException e) {
                last.replace(0, last.length(), String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return last.indexOf(reason) >= 0;
        });
    }

    private static void awaitEachOther(EtcdStrategy one, EtcdStrategy two) {
        await("one finds two", () -> one.discover().equals(Found.of(List.of(address(2)))));
        await("two finds one", () -> two.discover().equals(Found.of(List.of(address(1)))));
    }

    private interface Answer {
        boolean isThere() throws IOException, InterruptedException;
    }

    private EtcdServer server(PemFiles files) {
        EtcdServer etcd = new EtcdServer(directory, files);
        servers.add(etcd);
        return etcd;
    }

    private static void withUser(EtcdServer etcd, String name, String password) {
        etcd.post("auth/role/add", "{\"name\":\"nodes\"}");
        etcd.post(
                "auth/role/grant",
                "{\"name\":\"nodes\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + base64("wkmq/")
                        + "\",\"range_end\":\"" + base64("wkmq0") + "\"}}");
        etcd.post("auth/user/add", "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}");
        etcd.post("auth/user/grant", "{\"user\":\"" + name + "\",\"role\":\"nodes\"}");
        etcd.post("auth/user/add", "{\"name\":\"root\",\"password\":\"root\"}");
        etcd.post("auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        etcd.post("auth/enable", "{}");
    }

    private EtcdStrategy node(int number, EtcdSettings settings) throws IOException, InterruptedException {
        EtcdStrategy strategy = open(settings);
        strategy.register(new Announcement(SomeMembers.peer(number).node(), address(number)));
        return strategy;
    }

    private EtcdStrategy open(EtcdSettings settings) {
        EtcdStrategy strategy = new EtcdStrategy(settings);
        open.add(strategy);
        return strategy;
    }

    private static EtcdSettings settings(URI... servers) {
        return new EtcdSettings("blue", List.of(servers), "wkmq", TTL, "", "", PemFiles.NONE);
    }

    private static EtcdSettings settings(EtcdServer etcd, String user, String password) {
        return new EtcdSettings("blue", List.of(etcd.url()), "wkmq", TTL, user, password, PemFiles.NONE);
    }

    private static EtcdSettings settings(EtcdServer etcd, PemFiles files) {
        return new EtcdSettings("blue", List.of(etcd.url()), "wkmq", TTL, "", "", files);
    }

    private static SeedAddress address(int number) {
        return new SeedAddress("10.0.0." + number, 6369);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
