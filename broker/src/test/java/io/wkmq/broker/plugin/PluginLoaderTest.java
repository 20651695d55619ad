package io.wkmq.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.AuthenticationResult.Reason;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.CommandException;
import io.wkmq.plugins.api.Credentials;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
    private static final ClientInfo CLIENT = new ClientInfo("c", "u", null, "tcp:t", 5, null, false);

    private final HookRegistry hooks = new HookRegistry();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Map<String, String>> settings = new HashMap<>();

    @TempDir
    Path home;

    private Path plugins = Path.of("plugins");
    private PluginJars jars = new PluginJars(plugins, plugins);
    private PluginLoader loader = loader(Duration.ofSeconds(30));

    @BeforeEach
    void makeDirectories() throws Exception {
        plugins = Files.createDirectory(home.resolve("plugins"));
        jars = new PluginJars(plugins, home.resolve("scratch"));
        loader = loader(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        loader.close();
        timer.shutdownNow();
    }

    @Test
    void listsLoadsUnloadsAndLoadsAgain() throws Exception {
        jars.add("two", "public void start(PluginContext c) {} public void stop() {}");
        jars.add("one", echo("one", "\"hello\""));
        PluginInfo inactive = new PluginInfo("one", "1.2.3", "A plugin of the test", false, PluginCounts.NONE);
        assertThat(loader.list()).extracting(PluginInfo::name).containsExactly("one", "two");
        assertThat(loader.list()).contains(inactive);

        for (int i = 0; i < 2; i++) {
            assertThat(loader.load("one").active()).isTrue();
            assertThat(loader.list()).extracting(PluginInfo::active).containsExactly(true, false);
            assertThat(run("one")).isEqualTo("hello");
            assertThatThrownBy(() -> loader.load("one")).hasMessageContaining("loaded already");

            loader.unload("one");
            assertThat(hooks.current().commands()).isEmpty();
            assertThat(loader.list()).contains(inactive);
            assertThatThrownBy(() -> loader.unload("one")).hasMessageContaining("not loaded");
        }
        assertThatThrownBy(() -> loader.load("three"))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageContaining("There is no plugin 'three'")
                .hasMessageContaining("[one, two]");
    }

    @Test
    void eachPluginHasClassesOfItsOwn() throws Exception {
        for (String name : List.of("one", "two")) {
            String services = name + ".TestPlugin\n";
            String counter = "package lib; public class Counter { public static int count; }";
            String plugin = "package " + name + "; import io.wkmq.plugins.api.*; import java.util.*;"
                    + "public class TestPlugin implements Plugin {"
                    + " public String name() { return \"" + name + "\"; }"
                    + " public String version() { return \"1\"; } public String description() { return \"\"; }"
                    + echo(name, "String.valueOf(++lib.Counter.count)") + "}";
            jars.jar(name + ".jar", "1", services, Map.of("lib.Counter", counter, name + ".TestPlugin", plugin));
            loader.load(name);
        }
        assertThat(run("one")).isEqualTo("1");
        assertThat(run("one")).isEqualTo("2");
        assertThat(run("two")).isEqualTo("1");
    }

    @Test
    void aPluginSeesItsApiAndTheJdkOnly() throws Exception {
        jars.add("spy", echo("spy", "look(arguments)") + """
                private static String look(List<String> names) {
                    StringJoiner seen = new StringJoiner(",");
                    for (String name : names) {
                        try {
                            seen.add(Class.forName(name).getClassLoader() == TestPlugin.class.getClassLoader()
                                    ? "own" : "shared");
                        } catch (ClassNotFoundException e) {
                            seen.add("none");
                        }
                    }
                    return seen.toString();
                }
                """);
        loader.load("spy");
        assertThat(run("spy", "spy.TestPlugin", "java.net.http.HttpClient", "javax.naming.Context"))
                .isEqualTo("own,shared,shared");
        assertThat(run("spy", "io.wkmq.plugins.api.Plugin", "io.wkmq.routing.TopicName"))
                .isEqualTo("shared,shared");
        assertThat(run(
                        "spy",
                        "io.wkmq.routing.Router",
                        "io.wkmq.broker.plugin.PluginLoader",
                        "io.wkmq.session.Will",
                        "org.slf4j.Logger",
                        "io.netty.buffer.ByteBuf"))
                .isEqualTo("none,none,none,none,none");
    }

    @Test
    void aPluginGetsItsSettingsAndDirectories() throws Exception {
        jars.add("conf", """
                public void start(PluginContext c) throws PluginException {
                    String greeting = c.settings().text("greeting", "none");
                    c.settings().check();
                    java.nio.file.Path data = c.dataDirectory();
                    c.addCommand(new Command() {
                        public String name() { return "conf"; }
                        public List<Usage> usages() { return List.of(new Usage("conf", "Shows it")); }
                        public String run(List<String> a) {
                            c.log().log(System.Logger.Level.INFO, "asked {0}", a);
                            return greeting + " " + data + " " + c.homeDirectory();
                        }
                    });
                }
                public void stop() {}
                """);
        settings.put("conf", Map.of("greeting", "hi", "threads", "3", "queue", "7", "timeout", "1s"));
        loader.load("conf");
        assertThat(run("conf")).isEqualTo("hi " + home.resolve("data/conf") + " " + home);
        assertThat(home.resolve("data/conf")).isDirectory();
        loader.unload("conf");

        settings.put("conf", Map.of("greting", "hi"));
        assertThatThrownBy(() -> loader.load("conf"))
                .hasMessageContaining("did not start: plugin.conf.greting: there is no such setting");
        settings.put("conf", Map.of("threads", "none"));
        assertThatThrownBy(() -> loader.load("conf"))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageContaining("plugin.conf.threads: is 'none'; expected a whole number from 1 to 256");
    }

    @Test
    void aPluginThatCannotStartLeavesNothingBehind() throws Exception {
        jars.add(
                "refuses",
                "public void start(PluginContext c) throws PluginException {"
                        + echoCommand("refuses", "\"\"") + "throw new PluginException(\"no database at 192.0.2.1\"); }"
                        + "public void stop() {}");
        jars.add(
                "crashes",
                "public void start(PluginContext c) { throw new NoClassDefFoundError(\"org/x/Y\"); }"
                        + "public void stop() {}");
        assertThatThrownBy(() -> loader.load("refuses"))
                .hasMessage("The plugin 'refuses' did not start: no database at 192.0.2.1");
        assertThatThrownBy(() -> loader.load("crashes"))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageContaining("NoClassDefFoundError: org/x/Y");
        assertThat(hooks.current().commands()).isEmpty();
        assertThat(loader.list()).extracting(PluginInfo::active).containsExactly(false, false);
    }

    @Test
    void aPluginThatHangsIsGivenUp() throws Exception {
        loader = loader(Duration.ofSeconds(6)); // also what a slow machine has for a start
        String hang = "try { new CountDownLatch(1).await(); } catch (InterruptedException e) { return; }";
        jars.add("hangs", "public void start(PluginContext c) {" + hang + "} public void stop() {}");
        jars.add(
                "stays",
                "public void start(PluginContext c) {" + echoCommand("stays", "\"\"") + "}" + "public void stop() {"
                        + hang + "}");
        assertThatThrownBy(() -> loader.load("hangs")).hasMessageContaining("it took more than 6000 ms");
        loader.load("stays");
        loader.unload("stays");
        assertThat(hooks.current().commands()).isEmpty();
        await().untilAsserted(() -> assertThat(threadsOf("hangs", "stays")).isEmpty());
    }

    @Test
    void anAuthenticatorThatBlocksHoldsUpNobody() throws Exception {
        settings.put("slow", Map.of("threads", "1", "queue", "1", "timeout", "300ms"));
        jars.add("slow", """
                public void start(PluginContext c) {
                    c.addAuthenticator((client, credentials) -> {
                        try { new CountDownLatch(1).await(); } catch (InterruptedException e) { }
                        return AuthenticationResult.allowed().now();
                    });
                    c.addAuthorizer((client, request) -> new CompletableFuture<>());
                }
                public void stop() {}
                """);
        loader.load("slow");
        CompletableFuture<AuthenticationResult> first = authenticate();
        await().untilAsserted(() -> assertThat(threadsOf("slow")).contains("plugin-slow-work-1"));
        CompletableFuture<AuthenticationResult> second = authenticate();
        await().until(() -> {
            var unused = authenticate();
            return loader.list().get(0).counts().rejections() > 0;
        });
        assertThat(authenticate()).isCompletedWithValue(AuthenticationResult.denied(Reason.SERVER_BUSY));
        AuthenticationResult unavailable = AuthenticationResult.denied(Reason.SERVER_UNAVAILABLE);
        assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(unavailable);
        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(unavailable);
        assertThat(authorize().get(10, TimeUnit.SECONDS)).isEqualTo(Authorization.DENY);
        await().until(() -> loader.list().get(0).counts().timeouts() >= 2);
        loader.unload("slow");
        await().untilAsserted(() -> assertThat(threadsOf("slow")).isEmpty());
    }

    @Test
    void failingHooksDenyAndAreCounted() throws Exception {
        jars.add("broken", """
                static class Inline implements Authenticator, Authorizer {
                    public boolean inline() { return true; }
                    public CompletionStage<AuthenticationResult> authenticate(ClientInfo c, Credentials d) {
                        throw new IllegalStateException("a bug");
                    }
                    public CompletionStage<Authorization> authorize(ClientInfo c, AccessRequest r) {
                        return null;
                    }
                }
                public void start(PluginContext c) {
                    c.addAuthenticator(new Inline());
                    c.addAuthorizer(new Inline());
                    c.repeat(java.time.Duration.ofMillis(1), () -> { throw new AssertionError("again"); });
                    c.executor().execute(() -> { throw new IllegalStateException("in the background"); });
                }
                public void stop() { throw new IllegalStateException("not even that"); }
                """);
        loader.load("broken");
        assertThat(authenticate()).isCompletedWithValue(AuthenticationResult.denied(Reason.SERVER_UNAVAILABLE));
        assertThat(authorize()).isCompletedWithValue(Authorization.DENY);
        await().until(() -> loader.list().get(0).counts().failures() >= 5);
        loader.unload("broken");
        assertThat(hooks.current().authenticators()).isEmpty();
    }

    @Test
    void eventsComeInOrderOnOneThread() throws Exception {
        jars.add("watch", """
                public void start(PluginContext c) {
                    List<String> seen = Collections.synchronizedList(new ArrayList<>());
                    c.addClientListener(new ClientListener() {
                        public void connected(ClientInfo i) { seen.add("+" + i.clientId()); }
                        public void disconnected(ClientInfo i, int code, String reason) { seen.add("-" + i.clientId() + code); }
                        public void subscribed(ClientInfo i, io.wkmq.routing.SubscriptionFilter f, io.wkmq.routing.Qos q) {
                            seen.add(f.text());
                        }
                    });
                    c.addCommand(new Command() {
                        public String name() { return "watch"; }
                        public List<Usage> usages() { return List.of(); }
                        public String run(List<String> a) { return String.join(" ", seen); }
                    });
                }
                public void stop() {}
                """);
        loader.load("watch");
        hooks.events().connected(CLIENT);
        hooks.events().subscribed(CLIENT, SubscriptionFilter.parse("$share/g/a/#"), Qos.AT_MOST_ONCE);
        hooks.events().unsubscribed(CLIENT, SubscriptionFilter.parse("a"));
        hooks.events().disconnected(CLIENT, 0x8D, "keep alive timeout");
        await().untilAsserted(() -> assertThat(run("watch")).isEqualTo("+c $share/g/a/# -c141"));
    }

    @Test
    void commandsFailWithTheirText() throws Exception {
        jars.add("cmd", """
                public void start(PluginContext c) {
                    c.addCommand(new Command() {
                        public String name() { return "cmd"; }
                        public List<Usage> usages() { return List.of(new Usage("cmd <What>", "Does it")); }
                        public String run(List<String> a) throws CommandException {
                            if (a.isEmpty()) { return null; }
                            if (a.get(0).equals("say")) { throw new CommandException("no such user"); }
                            throw new StackOverflowError();
                        }
                    });
                }
                public void stop() {}
                """);
        loader.load("cmd");
        assertThat(command("cmd").usages().get(0).form()).isEqualTo("cmd <What>");
        assertThatThrownBy(() -> run("cmd", "say"))
                .hasCauseInstanceOf(CommandException.class)
                .hasMessageContaining("no such user");
        assertThatThrownBy(() -> run("cmd", "overflow"))
                .hasCauseInstanceOf(CommandException.class)
                .hasMessageContaining("see the broker's log");
        assertThatThrownBy(() -> run("cmd")).hasMessageContaining("returned null");
        assertThat(loader.list().get(0).counts().failures()).isEqualTo(2);
        PluginCommand command = command("cmd");
        loader.unload("cmd");
        assertThatThrownBy(() -> command.run(List.of()).toCompletableFuture().get(10, TimeUnit.SECONDS))
                .hasMessageContaining("was unloaded");
    }

    @Test
    void namesAreTakenOnce() throws Exception {
        jars.add("one", echo("same", "\"one\""));
        jars.add("two", echo("same", "\"two\""));
        jars.add(
                "three",
                "public void start(PluginContext c) {" + echoCommand("x", "\"\"") + echoCommand("x", "\"\"")
                        + "} public void stop() {}");
        loader.load("one");
        assertThatThrownBy(() -> loader.load("two"))
                .isInstanceOf(PluginLoadException.class)
                .hasMessageContaining("The command 'same' is there already");
        assertThatThrownBy(() -> loader.load("three")).hasMessageContaining("The command 'x' was added twice");
        assertThat(run("same")).isEqualTo("one");

        Files.copy(plugins.resolve("two.jar"), plugins.resolve("copy.jar"));
        loader.unload("one");
        assertThatThrownBy(() -> loader.load("two")).hasMessageContaining("is in copy.jar and in two.jar");
    }

    @Test
    void registeringIsForTheStart() throws Exception {
        jars.add(
                "late",
                "public void start(PluginContext c) { c.addCommand(new Command() {"
                        + "public String name() { return \"late\"; } public List<Usage> usages() { return List.of(); }"
                        + "public String run(List<String> a) { c.addAuthorizer((i, r) -> Authorization.ALLOW.now()); return \"\"; }"
                        + "}); } public void stop() {}");
        loader.load("late");
        assertThatThrownBy(() -> run("late")).hasMessageContaining("expected it in start only");
        assertThat(hooks.current().authorizers()).isEmpty();
    }

    @Test
    void aPluginSaysThatItDecidesDifferently() throws Exception {
        jars.add(
                "acl",
                echo("change", "change()")
                                .replace(
                                        "public void start(PluginContext c) {",
                                        "private PluginContext context; public void start(PluginContext c) { context = c;")
                        + "private String change() { context.authorizationChanged(); return \"ok\"; }");
        loader.load("acl");
        Hooks before = hooks.current();
        assertThat(run("change")).isEqualTo("ok");
        assertThat(hooks.current()).isNotSameAs(before);
        assertThat(hooks.current().commands()).containsOnlyKeys("change");
    }

    @Test
    void anAuthenticationMethodIsGuarded() throws Exception {
        jars.add("method", """
                public void start(PluginContext c) {
                    c.addEnhancedAuthenticator(new EnhancedAuthenticator() {
                        public String method() { return "ECHO"; }
                        public Exchange begin(ClientInfo client) {
                            if (client.clientId().equals("bug")) { throw new IllegalStateException("a bug"); }
                            return data -> CompletableFuture.completedFuture(data == null
                                    ? new Failure(AuthenticationResult.Reason.BAD_CREDENTIALS) : new Challenge(data));
                        }
                    });
                }
                public void stop() {}
                """);
        loader.load("method");
        EnhancedAuthenticator method =
                Objects.requireNonNull(hooks.current().methods().get("ECHO"));
        EnhancedAuthenticator.Exchange exchange = method.begin(CLIENT);
        EnhancedAuthenticator.Step challenge =
                exchange.proceed(new byte[] {7}).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(((EnhancedAuthenticator.Challenge) challenge).data()).containsExactly(7);
        assertThat(exchange.proceed(null).toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(new EnhancedAuthenticator.Failure(Reason.BAD_CREDENTIALS));
        ClientInfo bug = new ClientInfo("bug", null, null, "tcp:t", 5, null, false);
        assertThat(method.begin(bug).proceed(null).toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(new EnhancedAuthenticator.Failure(Reason.SERVER_UNAVAILABLE));
    }

    @Test
    void jarsThatAreNoPluginsAreNamedAndSkipped() throws Exception {
        Files.writeString(plugins.resolve("text.jar"), "no jar");
        Files.writeString(plugins.resolve("readme.txt"), "not looked at");
        jars.jar("plain.jar", null, null, Map.of());
        jars.jar("newer.jar", "2", null, Map.of());
        jars.jar("empty.jar", "1", null, Map.of());
        jars.jar("missing.jar", "1", "x.Missing\n", Map.of());
        jars.jar("name.jar", "1", "bad.TestPlugin\n", Map.of("bad.TestPlugin", plugin("../bad", "")));
        jars.jar(
                "constructor.jar",
                "1",
                "bug.TestPlugin\n",
                Map.of("bug.TestPlugin", plugin("bug", "public TestPlugin() { throw new AssertionError(); }")));
        jars.add("good", "public void start(PluginContext c) {} public void stop() {}");
        assertThat(loader.list()).extracting(PluginInfo::name).containsExactly("good");
        assertThatThrownBy(() -> loader.load("plain"))
                .hasMessageContaining("[good]")
                .hasMessageContaining("text.jar: java.util.zip.ZipException")
                .hasMessageContaining("plain.jar: its manifest says Wkmq-Plugin-Api: null; expected 1")
                .hasMessageContaining("newer.jar: its manifest says Wkmq-Plugin-Api: 2; expected 1")
                .hasMessageContaining("empty.jar: it has 0 entries in META-INF/services")
                .hasMessageContaining("missing.jar: java.util.ServiceConfigurationError")
                .hasMessageContaining("name.jar: its name is '../bad'")
                .hasMessageContaining("constructor.jar: ")
                .hasMessageNotContaining("readme");
    }

    @Test
    void aMissingDirectoryHoldsNoPlugins() throws Exception {
        Files.delete(plugins);
        assertThat(loader.list()).isEmpty();
        assertThatThrownBy(() -> loader.load("x")).hasMessageContaining("There is no plugin 'x'");
    }

    private PluginLoader loader(Duration callLimit) {
        return new PluginLoader(
                new PluginLoader.Directories(plugins, home == null ? plugins : home, plugins.resolveSibling("data")),
                name -> settings.getOrDefault(name, Map.of()),
                hooks,
                timer,
                callLimit);
    }

    private String run(String command, String... arguments) throws Exception {
        return command(command).run(List.of(arguments)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private PluginCommand command(String name) {
        return Objects.requireNonNull(hooks.current().commands().get(name), name);
    }

    private CompletableFuture<AuthenticationResult> authenticate() {
        return hooks.current()
                .authenticators()
                .get(0)
                .authenticate(CLIENT, Credentials.NONE)
                .toCompletableFuture();
    }

    private CompletableFuture<Authorization> authorize() {
        AccessRequest request = new AccessRequest.Publish(TopicName.of("a"), Qos.AT_MOST_ONCE, false);
        return hooks.current().authorizers().get(0).authorize(CLIENT, request).toCompletableFuture();
    }

    /** The threads of these plugins that run; other tests' nodes may have plugins of their own in this process. */
    private static List<String> threadsOf(String... plugins) {
        Thread[] threads = new Thread[Thread.activeCount() * 2];
        int count = Thread.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .map(Thread::getName)
                .filter(name -> Arrays.stream(plugins).anyMatch(plugin -> name.startsWith("plugin-" + plugin + "-")))
                .toList();
    }

    /** Members of a plugin with a command of that name which returns the value of the expression. */
    private static String echo(String command, String expression) {
        return "public void start(PluginContext c) {" + echoCommand(command, expression) + "}\n"
                + "public void stop() {}\n";
    }

    private static String echoCommand(String command, String expression) {
        return "c.addCommand(new Command() {"
                + " public String name() { return \"" + command + "\"; }"
                + " public List<Usage> usages() { return List.of(); }"
                + " public String run(List<String> arguments) { return " + expression + "; } });";
    }

    private static String plugin(String name, String members) {
        String packageName = name.replaceAll("[^a-z]", "");
        return "package " + packageName + "; import io.wkmq.plugins.api.*;"
                + "public class TestPlugin implements Plugin {"
                + " public String name() { return \"" + name + "\"; }"
                + " public String version() { return \"1\"; } public String description() { return \"\"; }"
                + " public void start(PluginContext c) {} public void stop() {}" + members + "}";
    }
}
