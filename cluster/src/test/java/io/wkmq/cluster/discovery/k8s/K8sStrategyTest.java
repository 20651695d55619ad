package io.wkmq.cluster.discovery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.http.TestPki;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.k8s.KubernetesApi;
import io.wkmq.testing.k8s.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class K8sStrategyTest {
    @TempDir
    Path directory;

    private TestPki pki;
    private Path token;
    private KubernetesApi api;
    private volatile List<Pod> pods =
            List.of(new Pod("10.1.0.1", "wkmq-0", true), new Pod("10.1.0.2", "wkmq-1", false));

    @BeforeEach
    void start() throws IOException {
        pki = new TestPki(directory.resolve("pki"));
        token = directory.resolve("token");
        Files.writeString(token, "token-1\n");
        api = new KubernetesApi(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), pki.server(), () -> pods);
        api.accept("token-1");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void podsThatAreNotReadyAreNodesToo() throws Exception {
        assertThat(strategy(AddressType.IP, "").discover()).isEqualTo(found("10.1.0.1", "10.1.0.2"));
        assertThat(api.calls())
                .singleElement()
                .asString()
                .startsWith("/apis/discovery.k8s.io/v1/namespaces/mqtt/endpointslices?");
    }

    @Test
    void allPagesAreRead() throws Exception {
        pods = IntStream.range(0, 9)
                .mapToObj(i -> new Pod("10.1.0." + i, "", true))
                .toList();

        assertThat(strategy(AddressType.IP, "").discover().addresses())
                .hasSize(9)
                .doesNotHaveDuplicates();
    }

    @Test
    void namesMadeOfTheIpAddress() throws Exception {
        pods = List.of(new Pod("10.1.0.1", "", true), new Pod("fd00::1", "", true));

        assertThat(strategy(AddressType.DNS, "").discover())
                .isEqualTo(found("10-1-0-1.mqtt.pod.cluster.local", "fd00--1.mqtt.pod.cluster.local"));
        assertThat(strategy(AddressType.DNS, "pod.example").discover())
                .isEqualTo(found("10-1-0-1.mqtt.pod.example", "fd00--1.mqtt.pod.example"));
    }

    @Test
    void namesMadeOfTheHostName() throws Exception {
        assertThat(strategy(AddressType.HOSTNAME, "").discover())
                .isEqualTo(found("wkmq-0.wkmq.mqtt.svc.cluster.local", "wkmq-1.wkmq.mqtt.svc.cluster.local"));
        assertThat(strategy(AddressType.HOSTNAME, "svc.example").discover())
                .isEqualTo(found("wkmq-0.wkmq.mqtt.svc.example", "wkmq-1.wkmq.mqtt.svc.example"));
    }

    @Test
    void podsWithoutHostNameAreMetByAddressAndRemarked() throws Exception {
        pods = List.of(new Pod("10.1.0.1", "", true));

        Found found = strategy(AddressType.HOSTNAME, "").discover();

        assertThat(found.addresses()).containsExactly(new SeedAddress("10.1.0.1", 6369));
        assertThat(found.remarks()).singleElement().asString().contains("a StatefulSet with serviceName = wkmq");
    }

    @Test
    void anApiServerWithoutSlicesIsAskedForEndpoints() throws Exception {
        api.dropSlices();

        assertThat(strategy(AddressType.IP, "").discover()).isEqualTo(found("10.1.0.1", "10.1.0.2"));
    }

    @Test
    void aPodThatMaySeeEndpointsOnlyAsksForThem() throws Exception {
        api.forbidSlices();

        assertThat(strategy(AddressType.HOSTNAME, "").discover().addresses())
                .hasSize(2)
                .contains(new SeedAddress("wkmq-1.wkmq.mqtt.svc.cluster.local", 6369));
    }

    @Test
    void aPodThatMaySeeNothingIsToldWhatItMayNot() {
        api.forbidSlices();
        api.forbidEndpoints();

        assertThatThrownBy(() -> strategy(AddressType.IP, "").discover())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "endpointslices is forbidden: User \"system:serviceaccount:mqtt:wkmq\" cannot list")
                .hasMessageContaining("endpoints \"wkmq\" is forbidden")
                .hasMessageContaining("(status 403)");
    }

    @Test
    void aTokenThatRotatesIsTakenUp() throws Exception {
        K8sStrategy strategy = strategy(AddressType.IP, "");
        assertThat(strategy.discover().addresses()).hasSize(2);
        api.accept("token-2");
        assertThatThrownBy(strategy::discover)
                .isInstanceOf(IOException.class)
                .hasMessage("the API server " + api.url() + " refuses: Unauthorized (status 401)");

        Files.writeString(token, "token-2");

        assertThat(strategy.discover().addresses()).hasSize(2);
    }

    @Test
    void anErrorOfTheApiServerPasses() throws Exception {
        K8sStrategy strategy = strategy(AddressType.IP, "");
        api.failOnce();
        assertThatThrownBy(strategy::discover).hasMessageContaining("etcdserver: request timed out (status 500)");

        assertThat(strategy.discover().addresses()).hasSize(2);
    }

    @Test
    void aServiceThatIsNotThereIsRemarked() throws Exception {
        K8sStrategy strategy = strategy(settings(api.url(), "emq", AddressType.IP, ""));

        assertThat(strategy.discover().addresses()).isEmpty();
        assertThat(strategy.discover().remarks())
                .singleElement()
                .asString()
                .startsWith("the service emq in the namespace mqtt has no endpoints");
        api.dropSlices();
        assertThatThrownBy(strategy::discover).hasMessageContaining("endpoints \"emq\" not found (status 404)");
    }

    @Test
    void anApiServerThatSomebodyElseSignedIsNotShownTheToken() throws Exception {
        Files.copy(
                new TestPki(directory.resolve("other")).ca(),
                directory.resolve("pki/ca.pem"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> strategy(AddressType.IP, "").discover()).hasMessageContaining("PKIX path");
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void aPodWithoutServiceAccountIsTold() throws IOException {
        Files.delete(token);

        assertThatThrownBy(() -> strategy(AddressType.IP, "").discover())
                .isInstanceOf(IOException.class)
                .hasMessage("there is no token in " + token + "; a pod has one if its service account is mounted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\nb", "ä"})
    void aFileWithoutTokenIsTold(String content) throws IOException {
        Files.writeString(token, content);

        assertThatThrownBy(() -> strategy(AddressType.IP, "").discover()).isInstanceOf(IOException.class);
        assertThat(api.calls()).isEmpty();
    }

    @Test
    void theTokenIsNotSentInTheClear() throws Exception {
        List<String> authorizations = new CopyOnWriteArrayList<>();
        HttpServer plain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        plain.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] body =
                    "{\"items\":[{\"endpoints\":[{\"addresses\":[\"10.1.0.1\"]}]}]}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        plain.start();
        URI url = URI.create("http://127.0.0.1:" + plain.getAddress().getPort());

        assertThat(strategy(settings(url, "wkmq", AddressType.IP, "")).discover())
                .isEqualTo(found("10.1.0.1"));
        assertThat(authorizations).containsExactly("null");
        plain.stop(0);
    }

    private K8sStrategy strategy(AddressType type, String suffix) {
        return strategy(settings(api.url(), "wkmq", type, suffix));
    }

    private static K8sStrategy strategy(K8sSettings settings) {
        return new K8sStrategy(settings, 6369);
    }

    private K8sSettings settings(URI url, String service, AddressType type, String suffix) {
        return new K8sSettings(url, service, "mqtt", type, suffix, token, pki.ca());
    }

    private static Found found(String... hosts) {
        return Found.of(
                List.of(hosts).stream().map(host -> new SeedAddress(host, 6369)).toList());
    }
}
