import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/// A queue under test.
interface Side extends AutoCloseable {
    String name();

    /// One thread's way to submit.
    Sender sender() throws Exception;

    /// Takes messages and acknowledges each, until `isOver`; `started` hears the stamp of each as
    /// it is in hand.
    void consume(LongConsumer started, BooleanSupplier isOver) throws Exception;

    /// Throws away what is left.
    void empty() throws Exception;

    /// Submits one message of a kibibyte and returns when it is confirmed and durable.
    interface Sender extends AutoCloseable {
        void send(long stamp) throws Exception;

        @Override
        default void close() throws Exception {}
    }
}
