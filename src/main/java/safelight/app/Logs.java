package safelight.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/// Sets up logging to the error stream: text for people or one JSON object a line. Also what
/// logback finds before the settings are read.
public final class Logs extends ContextAwareBase implements Configurator {
    private static final String LINE =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %-12logger{0} %msg %kvp{NONE}%n%ex";
    private static final List<String> TALKATIVE =
            List.of(
                    "org.apache.activemq",
                    "io.netty",
                    "org.eclipse.jetty",
                    "com.zaxxer",
                    "org.flywaydb");

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        set(context, false, Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /// From now on by these settings.
    static void by(Config config) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        set(
                context,
                config.settings().get(Config.LOG_FORMAT).equals("json"),
                Level.toLevel(config.settings().get(Config.LOG_LEVEL), Level.INFO));
    }

    private static void set(LoggerContext context, boolean json, Level level) {
        var encoder = json ? new JsonEncoder() : text();
        encoder.setContext(context);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        console.addFilter(new Routine());
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(console);
        for (var name : TALKATIVE) context.getLogger(name).setLevel(Level.WARN);
        context.getLogger("org.apache.activemq.audit").setLevel(Level.OFF);
    }

    /// Keeps out what Artemis warns of whenever a worker ends or a server stops.
    private static final class Routine extends Filter<ILoggingEvent> {
        private static final Pattern CODES = Pattern.compile("^AMQ(222061|222107|222230|224048).*");

        @Override
        public FilterReply decide(ILoggingEvent event) {
            return CODES.matcher(event.getMessage()).matches()
                    ? FilterReply.DENY
                    : FilterReply.NEUTRAL;
        }
    }

    private static Encoder<ILoggingEvent> text() {
        var encoder = new PatternLayoutEncoder();
        encoder.setPattern(LINE);
        return encoder;
    }
}
