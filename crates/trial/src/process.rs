//! A process of the trial's own, which does not outlive it.

use crate::Fail;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

/// How often it is asked whether a process has ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);

pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    /// Starts a command that says nothing.
    pub(crate) fn start(command: &mut Command) -> Result<Process, Fail> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).spawn();
        Ok(Process(child.map_err(|error| format!("{name}: {error}"))?))
    }

    /// Starts a command, and waits for the first line that it says.
    pub(crate) async fn start_and_hear(
        command: &mut Command,
        within: Duration,
    ) -> Result<(Process, String), Fail> {
        let mut process = Process::start(command.stdout(Stdio::piped()))?;
        let stdout = process.0.stdout.take().ok_or("no output")?;
        let (tell, told) = oneshot::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            // Nobody may be listening any more, but the rest must not fill the pipe.
            let _ = tell.send(lines.next().unwrap_or_default());
            lines.for_each(drop);
        });
        let line = timeout(within, told).await.map_err(|_| "it says nothing")??;
        Ok((process, line))
    }

    /// As a power cut, as far as the process is concerned.
    pub(crate) fn kill_9(mut self) -> Result<(), Fail> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) -> Result<(), Fail> {
        self.signal("-TERM")
    }

    /// Stops it in the middle of whatever it does.
    pub(crate) fn freeze(&self) -> Result<(), Fail> {
        self.signal("-STOP")
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) -> Result<(), Fail> {
        self.signal("-CONT")
    }

    fn signal(&self, signal: &str) -> Result<(), Fail> {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status()?;
        if sent.success() { Ok(()) } else { Err("it has ended already".into()) }
    }

    /// How it has ended, if it has.
    pub(crate) fn has_ended(&mut self) -> Result<Option<ExitStatus>, Fail> {
        Ok(self.0.try_wait()?)
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self, within: Duration) -> Result<ExitStatus, Fail> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.has_ended()? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                return Err(format!("it has not ended within {within:?}").into());
            }
            sleep(LOOK_EVERY).await;
        }
    }
}
