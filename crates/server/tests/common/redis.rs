//! A Redis server of a test's own, to be taken away and brought back.

use super::process::until;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running `redis-server` that keeps nothing; gone with the test.
pub(crate) struct Redis {
    port: u16,
    child: Option<Child>,
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Redis {
    /// Starts one on a free port and waits until it answers.
    pub(crate) fn start() -> Redis {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let mut redis = Redis { port: free.expect("a free port").port(), child: None };
        redis.start_again();
        redis
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// As a power cut.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it where it was.
    pub(crate) fn start_again(&mut self) {
        let port = self.port.to_string();
        let options = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let started = Command::new("redis-server").args(options).stdout(Stdio::null()).spawn();
        self.child = Some(started.expect("scripts/need redis has installed it"));
        until("Redis answers", || self.pong());
    }

    fn pong(&self) -> Option<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
        stream.write_all(b"PING\r\n").ok()?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).ok()?;
        (answer == *b"+PONG").then_some(())
    }
}
