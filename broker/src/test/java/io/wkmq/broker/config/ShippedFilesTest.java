package io.wkmq.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the loader does what {@code etc/*.conf} says about each key. */
class ShippedFilesTest {
    private static final Path ETC = Path.of("..", "etc");
    private static final Pattern KEY_LINE = Pattern.compile("(# )?([a-z0-9_]+\\.[a-z0-9_.-]+) =(.*)");
    private static final Pattern VALUE_LINE = Pattern.compile("## Value: (.+)\\. Default: (.+)");
    private static final Config REFERENCE = ConfigFactory.parseResources("reference.conf");

    /** Values out of any range, one for each kind. */
    private static final List<String> WRONG =
            List.of("?", "999999999999999999", "8000000TB", "99999999d", "100.5%", "1000000.5", "a=b=c", "\u0000");

    /**
     * A key as a file explains it.
     *
     * @param key its name
     * @param value the value in the line
     * @param live whether the line is not commented out
     * @param expected what the comment says about its values, or empty
     * @param byDefault what the comment says about its default, or empty
     */
    record Documented(String key, String value, boolean live, String expected, String byDefault) {
        @Override
        public String toString() {
            return key;
        }

        String referenceKey() {
            return key.replaceFirst("listener\\.[a-z]+\\.[a-z]+\\.", "listener_template.");
        }
    }

    static Stream<Documented> documented() {
        return Stream.of("wkmq.conf", "cluster.conf").flatMap(name -> read(ETC.resolve(name)).stream());
    }

    static Stream<Documented> documentedWithValue() {
        return documented().filter(key -> !key.expected.isEmpty() && !PluginKeys.matches(key.key));
    }

    @Test
    void theShippedFilesLoadWithoutNotices(@TempDir Path dir) throws Exception {
        copyEtc(dir);

        BrokerConfig config = ConfigLoader.load(dir, dir, Map.of());

        assertThat(config.notices()).isEmpty();
        assertThat(config.listeners())
                .extracting(ListenerConfig::address)
                .containsExactly(
                        new ListenerConfig.InetBind("127.0.0.1", 1883), new ListenerConfig.InetBind("127.0.0.1", 8083));
    }

    @Test
    void everyKeyIsExplained() {
        Set<String> explained =
                documentedWithValue().map(Documented::referenceKey).collect(Collectors.toSet());
        Set<String> all = REFERENCE.entrySet().stream()
                .map(entry -> String.join(".", ConfigUtil.splitPath(entry.getKey())))
                .collect(Collectors.toSet());

        explained.remove("listener_template.access.1");
        assertThat(explained).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("documented")
    void aCommentedKeyLoadsWhenItsCommentSignIsRemoved(Documented documented, @TempDir Path dir) throws Exception {
        TestHome home = new TestHome(dir)
                .write("etc/certs/key.pem")
                .write("etc/certs/cert.pem")
                .write("etc/certs/cacert.pem");
        String line = documented.key + " =" + documented.value;

        home.wkmqConf(
                Stream.concat(listenersFor(documented.key), Stream.of(line)).toArray(String[]::new));

        assertThat(home.errors()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documentedWithValue")
    void theDefaultThatIsToldIsTheDefault(Documented documented) {
        if (documented.key.contains(".access.")) {
            return;
        }
        String reference = REFERENCE.getString(Values.pathOf(documented.referenceKey()));
        assertThat(documented.byDefault).isEqualTo(reference.isEmpty() ? "none" : reference);
        if (!documented.live && !reference.isEmpty()) {
            assertThat(documented.value.strip()).isEqualTo(reference);
        }
    }

    @ParameterizedTest
    @MethodSource("documentedWithValue")
    void theValuesThatAreToldAreTheValuesThatFit(Documented documented, @TempDir Path dir) {
        if (Set.of("text", "path").contains(documented.expected)) {
            return;
        }
        TestHome home = new TestHome(dir)
                .write("etc/certs/key.pem")
                .write("etc/certs/cert.pem")
                .write("etc/certs/cacert.pem");
        List<String> errors = new ArrayList<>();
        for (String wrong : WRONG) {
            home.wkmqConf(Stream.concat(listenersFor(documented.key), Stream.of(documented.key + " = " + wrong))
                    .toArray(String[]::new));
            errors.addAll(home.errors());
        }
        assertThat(errors)
                .anySatisfy(error -> assertThat(error)
                        .contains(documented.key)
                        .containsPattern("expected (the )?" + Pattern.quote(documented.expected)));
    }

    /** A listener for the key to stand below, and one to start with. */
    private static Stream<String> listenersFor(String key) {
        Matcher below = Pattern.compile("listener\\.(ssl|wss)\\.external.*").matcher(key);
        Stream<String> any = Stream.of("listener.tcp.external = 127.0.0.1:0", "listener.ws.external = 127.0.0.1:0");
        if (!below.matches()) {
            return any;
        }
        String listener = "listener." + below.group(1) + ".external";
        return Stream.concat(
                any,
                Stream.of(
                        listener + " = 127.0.0.1:0",
                        listener + ".keyfile = etc/certs/key.pem",
                        listener + ".certfile = etc/certs/cert.pem"));
    }

    private static List<Documented> read(Path file) {
        List<Documented> keys = new ArrayList<>();
        String expected = "";
        String byDefault = "";
        for (String line : lines(file)) {
            Matcher value = VALUE_LINE.matcher(line);
            Matcher key = KEY_LINE.matcher(line);
            if (value.matches()) {
                expected = value.group(1);
                byDefault = value.group(2);
            } else if (key.matches()) {
                keys.add(new Documented(key.group(2), key.group(3), key.group(1) == null, expected, byDefault));
                expected = "";
                byDefault = "";
            } else {
                assertThat(line).as("in %s", file).matches("(##.*)?");
            }
        }
        return keys;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyEtc(Path dir) throws IOException {
        Files.createDirectories(dir.resolve("etc"));
        for (String name : List.of("wkmq.conf", "cluster.conf")) {
            Files.copy(ETC.resolve(name), dir.resolve("etc").resolve(name));
        }
    }
}
